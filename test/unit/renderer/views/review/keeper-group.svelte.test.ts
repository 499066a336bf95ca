/** A group of copies under review: which of its members are shown. */
import { describe, expect, it } from 'vitest';
import { reviewOf } from '../../../../../src/renderer/state/review.svelte';
import { groupHandlers, wholeGroup } from '../../support/groups';
import { inWindow, openWindow, press, settled, text } from '../../support/mounted-window';
import { sampleFindings } from '../../support/sample-findings';
import { scenario } from '../../support/scenario';

inWindow();

const members = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[role="radio"]')];
const kept = (): boolean[] => members().map((one) => one.getAttribute('aria-checked') === 'true');

const places = (): number[] => members().map(({ title }) => Number(/\d+/.exec(title)?.[0]));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

/** A group of copies, of which the one at place `largest` stays. */
async function openGroup(
  copies: number,
  largest: number,
  pathOf = (n: number) => `cat/${String(n).padStart(6, '0')}.jpg`,
) {
  const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 600 }], findings: sampleFindings(600) });
  const one = scene.groups[0]!.members[0]!;
  const group = wholeGroup(
    7,
    Array.from({ length: copies }, (_, id) => ({
      ...one,
      relation: id === 0 ? null : ('near' as const),
      card: { ...scene.card(id), path: pathOf(id), width: id === largest ? 900 : 100, height: 100 },
    })),
  );
  const opened = await openWindow(scene, {
    'review.queue': () => ({ total: 0, items: [] }),
    'review.keepOnly': () => ({ acts: copies - 1 }),
    ...groupHandlers(() => [group]),
  });
  opened.session.go('review');
  await settled();
  await reviewOf(opened.session.dataset!).open({ kind: 'finding', key: 'near-duplicate' });
  await settled();
  return opened;
}

async function key(name: string): Promise<void> {
  window.dispatchEvent(new KeyboardEvent('keydown', { key: name, cancelable: true, bubbles: true }));
  await settled();
}

const active = (): string | undefined => members().find(({ tabIndex }) => tabIndex === 0)?.title;

it('are the first ones and the one that stays, and all on a click', async () => {
  await openGroup(30, 25);
  expect(members()).toHaveLength(13);
  expect(kept().lastIndexOf(true)).toBe(12);
  expect(members()[12]!.tabIndex).toBe(0);
  for (let step = 0; step < 3; step += 1) await key('ArrowLeft');
  expect(members()).toHaveLength(14);
  expect(members()[12]!.tabIndex).toBe(0);
  await press('Show all 30');
  await expect.poll(() => members().length).toBe(30);
  expect(kept().lastIndexOf(true)).toBe(25);
});

it('keep the end of a long file name, where the names of copies differ', async () => {
  await openGroup(3, 0, (n) => `cat/A picture with a long name, taken in the garden ${n + 9} copy.jpg`);
  const ends = [...document.querySelectorAll('.member .name [data-text]:last-child')];
  expect(ends.map((end) => end.getAttribute('data-text'))).toEqual(['9 copy.jpg', '0 copy.jpg', '1 copy.jpg']);
});

describe('the members of a group of hundreds of copies', () => {
  it('come in answers of at most a hundred, and only when they are shown', async () => {
    const { fake } = await openGroup(250, 240);
    const asked = (name: string) => fake.asked.filter((one) => one.name === name);
    expect(asked('findings.groups').map(({ params }) => params)).toMatchObject([{ members: 12 }, { members: 12 }]);
    expect(asked('findings.members')).toHaveLength(0);
    await press('Show all 250');
    await expect.poll(places).toEqual([...range(0, 100), 240]);
    expect(text('.pages')).toEqual(['250 images 1–100']);
    await press('Next members');
    await expect.poll(places).toEqual([...range(100, 200), 240]);
    await press('Next members');
    await expect.poll(places).toEqual(range(200, 250));
    expect(text('.pages')).toEqual(['250 images 201–250']);
    expect(asked('findings.members').map(({ params }) => params)).toMatchObject(
      [0, 100, 200].map((offset) => ({ offset, limit: 100, group: 7 })),
    );
  });

  it('are turned to by the keys', async () => {
    await openGroup(250, 198);
    await press('Show all 250');
    await expect.poll(places).toEqual([...range(0, 100), 198]);
    await key('ArrowRight');
    await expect.poll(places).toEqual(range(100, 200));
    expect(active()).toBe('cat/000199.jpg');
    await key('ArrowRight');
    await expect.poll(places).toEqual([198, ...range(200, 250)]);
    expect(active()).toBe('cat/000200.jpg');
    await key('ArrowLeft');
    await expect.poll(places).toEqual(range(100, 200));
    expect(active()).toBe('cat/000199.jpg');
  });

  it('are reached by the keys in their order', async () => {
    await openGroup(250, 240);
    expect(active()).toBe('cat/000240.jpg');
    await key('ArrowLeft');
    expect(active()).toBe('cat/000239.jpg');
    await key('ArrowRight');
    await key('ArrowRight');
    expect(active()).toBe('cat/000241.jpg');
    for (let step = 0; step < 20; step += 1) await key('ArrowRight');
    expect(active()).toBe('cat/000249.jpg');
  });

  it('are all excluded but one, and all called different, also those that are not shown', async () => {
    const { fake } = await openGroup(250, 240);
    await key('ArrowLeft');
    await key('Enter');
    expect(fake.asked.find(({ name }) => name === 'review.keepOnly')?.params).toMatchObject({
      finding: 'near-duplicate',
      group: 7,
      image: 239,
    });
    await key('d');
    const { images } = fake.asked.find(({ name }) => name === 'findings.notDuplicate')!.params as { images: number[] };
    expect(images).toHaveLength(250);
  });
});
