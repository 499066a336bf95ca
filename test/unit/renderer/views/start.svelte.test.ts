/** The start page. */
import { expect, it } from 'vitest';
import { layoutKindSchema, type Recent } from '../../../../src/contract/model/dataset';
import { inWindow, openWindow, press, settled, text } from '../support/mounted-window';
import { scenario } from '../support/scenario';

const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 9 }] });
const start = { dataset: null, error: null, version: '1', electron: '45', notice: null };
const recent = (at: number): Recent => ({
  id: String(at).padStart(16, '0'),
  name: `pets ${at}`,
  root: `/pets/${at}`,
  images: 9,
  classes: 1,
  openedAt: 1,
  exists: at !== 2,
});
const names = () => text('[aria-label="Recent data sets"] .name');

inWindow();

it('draws every layout that Plumbline reads, and archives and tables with pictures', async () => {
  await openWindow(scene, { 'shell.start': () => start, 'dataset.recents': () => [] });
  const drawings = document.querySelectorAll('[aria-label="Layouts that Plumbline reads"] > li svg');
  // The innermost or outermost folders are another reading of class folders.
  const kinds = layoutKindSchema.options.filter((kind) => !kind.endsWith('most-folders'));
  expect(drawings).toHaveLength(kinds.length + 2);
  expect(names()).toEqual([]);
  expect(text('main')[0]).toContain('Drop a folder, archive or file of labelled images here');
});

it('shows the newest of many recent data sets, all on request, and which folder is missing', async () => {
  const all = Array.from({ length: 9 }, (_, at) => recent(at));
  await openWindow(scene, { 'shell.start': () => start, 'dataset.recents': () => all });
  expect(names()).toEqual(all.slice(0, 6).map(({ name }) => name));
  expect(text('[aria-label="Recent data sets"] .gone')).toEqual(['Folder is missing']);
  expect(document.querySelector<HTMLButtonElement>('.missing .recent')?.disabled).toBe(true);
  await press('Show all 9');
  expect(names()).toHaveLength(9);
});

it('writes the sample with its progress, then opens it', async () => {
  let written = (): void => undefined;
  const { fake, session } = await openWindow(scene, {
    'shell.start': () => start,
    'dataset.recents': () => [],
    'shell.openSample': () =>
      new Promise((resolve) => {
        written = () => resolve({ dataset: scene.summary.id });
      }),
  });
  await press('Handwritten digits');
  fake.push('sample', { progress: { stage: 'sample', done: 2500, total: 10_000, rate: null, eta: null } });
  await settled();
  expect(text('[aria-label="Sample data set"]')[0]).toContain('2,500 of 10,000');
  fake.push('sample', { progress: null });
  written();
  await settled();
  expect(session.dataset?.id).toBe(scene.summary.id);
});

it('asks where the labels are if none were found, and opens the folder with the choice', async () => {
  const refused = {
    code: 'layout-impossible' as const,
    message: 'The images in /pets have no labels.',
    details: { root: '/pets', fields: '2', fieldTexts: 'field 2 has the values 0 and 1', tables: 'info.csv' },
    causes: [],
  };
  const { fake, session } = await openWindow(scene, {
    'shell.start': () => ({ ...start, error: refused }),
    'dataset.recents': () => [],
    'shell.refusedColumns': () => ({
      columns: [
        { name: 'picture', examples: ['a.png'] },
        { name: 'kind', examples: ['cat'] },
      ],
      problem: null,
    }),
    'shell.readRefused': () => ({ dataset: scene.summary.id }),
  });
  await press('Choose the labels…');
  const choices = () => [...document.querySelectorAll<HTMLInputElement>('dialog input[type="radio"]')];
  expect(text('dialog label')).toEqual(['Field 2 has the values 0 and 1', 'info.csv']);
  const read = () => document.querySelector<HTMLButtonElement>('dialog button[type="submit"]')!;
  expect(read().disabled).toBe(true);
  choices()[1]!.click();
  await settled();
  const [images, classes] = [...document.querySelectorAll<HTMLSelectElement>('dialog select')];
  for (const [field, value] of [[images!, 'picture'] as const, [classes!, 'kind'] as const]) {
    field.value = value;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
  await settled();
  read().click();
  await settled();
  expect(fake.asked.find(({ name }) => name === 'shell.readRefused')?.params).toEqual({
    table: 'info.csv',
    imageColumn: 'picture',
    labelColumn: 'kind',
  });
  expect(session.dataset?.id).toBe(scene.summary.id);
  expect(session.unlabelled).toBeNull();
});
