/** The question for a file or folder of the server, which a page in a browser shows itself. */
import { expect, it } from 'vitest';
import type { PromptListing } from '../../../../src/contract/model/prompt';
import { inWindow, openWindow, press, settled, text } from '../support/mounted-window';
import { scenario } from '../support/scenario';

const PROMPT = 'c'.repeat(32);
const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 90 }] });
const roots: PromptListing = {
  place: null,
  here: null,
  entries: [
    { id: 1, name: '/data', folder: true, bytes: null },
    { id: 2, name: '/more', folder: true, bytes: null },
  ],
  left: 0,
};
const inside = (here: number): PromptListing => ({
  place: here === 3 ? '/data' : '/data/exports',
  here,
  above: null,
  entries: [{ id: here + 1, name: 'exports', folder: true, bytes: null }],
  left: 0,
});

inWindow();

const primary = (): HTMLButtonElement => document.querySelector<HTMLButtonElement>('dialog .button.primary')!;

it('is answered with the folder that was clicked, also while its list is on the way', async () => {
  let arrive: (listing: PromptListing) => void = () => undefined;
  const { fake } = await openWindow(scene, {
    'shell.browse': ({ folder }) =>
      folder === null
        ? roots
        : folder === 1
          ? inside(3)
          : new Promise<PromptListing>((resolve) => {
              arrive = resolve;
            }),
    'shell.answerPrompt': () => ({}),
  });
  fake.push('prompt', {
    prompt: PROMPT,
    kind: 'new-folder',
    title: 'Choose a folder',
    button: 'Export here',
    extensions: [],
    upload: null,
    uploadLimit: 1,
  });
  await settled();
  expect(primary().disabled).toBe(true);
  await press('/data');
  expect(primary().disabled).toBe(false);
  await press('exports');
  primary().click();
  // The second click of a double click.
  await press('exports');
  expect(primary().disabled).toBe(true);
  expect(fake.asked.filter(({ name }) => name === 'shell.answerPrompt')).toEqual([]);
  expect(fake.asked.filter(({ name }) => name === 'shell.browse')).toHaveLength(3);
  arrive(inside(5));
  await settled();
  primary().click();
  await settled();
  expect(fake.asked.filter(({ name }) => name === 'shell.answerPrompt').map(({ params }) => params)).toEqual([
    { prompt: PROMPT, chosen: 5 },
  ]);
  expect(document.querySelector('dialog')).toBeNull();
});

it('leaves the message about what was chosen before, and takes its own with it', async () => {
  const { fake, session } = await openWindow(scene, {
    'shell.browse': ({ folder }) => {
      if (folder !== null) throw new Error('gone');
      return roots;
    },
    'shell.answerPrompt': () => ({}),
  });
  const alerts = () => text('[role="alert"]').map((one) => /full|gone|wrong/.exec(one)?.[0]);
  await session.notices.attempt(() => Promise.reject(new Error('The folder is full.')));
  await settled();
  const before = alerts();
  fake.push('prompt', {
    prompt: PROMPT,
    kind: 'folder',
    title: 'Choose a folder',
    button: 'Open',
    extensions: [],
    upload: null,
    uploadLimit: 1,
  });
  await settled();
  await press('/data');
  expect(session.notices.list).toHaveLength(2);
  await press('Cancel');
  expect(alerts()).toEqual(before);
  expect(session.notices.list).toHaveLength(1);
});
