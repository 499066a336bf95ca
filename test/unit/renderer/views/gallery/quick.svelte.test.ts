/** Buttons on the picture that the user points at. */
import { describe, expect, it } from 'vitest';
import type { Act, Decision } from '../../../../../src/contract/model/review';
import { galleryOf } from '../../../../../src/renderer/state/gallery.svelte';
import { inWindow, openWindow, settled, text } from '../../support/mounted-window';
import { scenario } from '../../support/scenario';

const NESTED = 'Clothing/Textiles/Premium-Full-Grain-Leather/Outdoor/Jackets-with-a-hood-and-a-lining';
const scene = scenario({
  name: 'pets',
  classes: [
    { name: NESTED, count: 30 },
    { name: 'dog', count: 30 },
  ],
});

inWindow();

const grid = () => document.querySelector<HTMLElement>('[role="listbox"]')!;
const tile = (index: number) => document.querySelector<HTMLElement>(`#tile-${index}`)!;
const groups = () => [...document.querySelectorAll('[role="group"][aria-label^="Decide "]')];
const names = () =>
  [...document.querySelectorAll('[role="group"][aria-label^="Decide "] button')].map((one) =>
    one.getAttribute('aria-label'),
  );

/** The pointer comes to an element. */
async function point(at: Element): Promise<void> {
  at.dispatchEvent(new MouseEvent('pointermove', { bubbles: true }));
  await settled();
}

async function key(name: string): Promise<void> {
  (document.activeElement ?? document.body).dispatchEvent(
    new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }),
  );
  await settled();
}

async function press(name: string): Promise<void> {
  const found = groups()[0]?.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`);
  if (found == null) throw new Error(`No button ${name}`);
  found.click();
  await settled();
}

async function openImages() {
  const acts: Act[] = [];
  const decisionOn = (image: number): Decision | null => {
    const last = acts.findLast((act) => act.image === image);
    if (last === undefined || last.kind === 'clear' || last.kind === 'move') return null;
    return { verdict: last.kind, label: last.label, queue: null, note: null, at: 1 };
  };
  const { session, fake } = await openWindow(scene, {
    'images.findings': ({ image }) => ({ findings: [], suggested: image === 1 ? 'dog' : null }),
    'review.queue': ({ filter }) => ({
      total: filter.ids?.length ?? 0,
      items: (filter.ids ?? []).map((id) => ({ card: scene.card(id), suggested: 'dog', decision: null })),
    }),
    'review.decisions': ({ images }) =>
      images.flatMap((image) => {
        const decision = decisionOn(image);
        return decision === null ? [] : [{ image, decision }];
      }),
    'review.act': ({ acts: some }) => {
      acts.push(...some);
      fake.push('review-changed', { dataset: scene.summary.id, classes: false });
      return { acts: some.length, batch: acts.length };
    },
  });
  session.go('gallery');
  await settled();
  return { acts, fake, session, gallery: galleryOf(session.dataset!) };
}

describe('the picture under the pointer', () => {
  it('alone has buttons, outside of the list, and leaves the others without', async () => {
    await openImages();
    expect(groups()).toHaveLength(0);
    await point(tile(0));
    await point(tile(1));
    expect(groups().map((one) => one.getAttribute('aria-label'))).toEqual([`Decide ${scene.card(1).path}`]);
    expect(grid().querySelector('button')).toBeNull();
    await point(tile(0));
    expect(names()).toEqual(['Label is right', 'Relabel…', 'Exclude', 'More like this']);
    await point(grid());
    expect(groups()).toHaveLength(0);
  });

  it('is kept, excluded, or given the class that the probes suggest', async () => {
    const { acts } = await openImages();
    await point(tile(1));
    await expect.poll(names).toEqual(['Relabel to dog', 'Label is right', 'Relabel…', 'Exclude', 'More like this']);
    await press('Relabel to dog');
    await press('Exclude');
    expect(groups()[0]!.querySelector('[aria-label="Exclude"]')!.getAttribute('aria-pressed')).toBe('true');
    expect(tile(1).getAttribute('aria-label')).toContain('Excluded');
    await press('Exclude');
    expect(tile(1).getAttribute('aria-label')).not.toContain('Excluded');
    await press('Label is right');
    expect(acts).toEqual([
      { image: 1, kind: 'relabel', label: 'dog' },
      { image: 1, kind: 'exclude', label: null },
      { image: 1, kind: 'clear', label: null },
      { image: 1, kind: 'keep', label: null },
    ]);
  });

  it('is relabelled in a dialog that stays when the pointer goes on', async () => {
    const { acts } = await openImages();
    await point(tile(0));
    await press('Relabel…');
    grid().parentElement!.dispatchEvent(new MouseEvent('pointerleave'));
    await settled();
    expect(groups()).toHaveLength(0);
    expect(text('dialog h2')).toEqual(['Relabel']);
    document.querySelectorAll<HTMLElement>('dialog [role="option"]')[1]!.click();
    await settled();
    expect(acts).toEqual([{ image: 0, kind: 'relabel', label: 'dog' }]);
    expect(document.querySelector('dialog')).toBeNull();
  });

  it('has no buttons while images are selected: the decision would seem to be about all of them', async () => {
    const { gallery } = await openImages();
    gallery.toggle(1);
    await settled();
    await point(tile(1));
    expect(groups()).toHaveLength(0);
  });
});

describe('the picture with the focus', () => {
  it('has the buttons and the keys while the keyboard is used', async () => {
    const { acts } = await openImages();
    grid().focus();
    await key('ArrowDown');
    expect(groups().map((one) => one.getAttribute('aria-label'))).toEqual([`Decide ${scene.card(1).path}`]);
    await key('x');
    await key('2');
    expect(acts).toEqual([
      { image: 1, kind: 'exclude', label: null },
      { image: 1, kind: 'relabel', label: 'dog' },
    ]);
    groups()[0]!.querySelector<HTMLButtonElement>('button')!.focus();
    expect(groups()).toHaveLength(1);
    document.querySelector<HTMLElement>('[type="search"]')!.focus();
    await settled();
    expect(groups()).toHaveLength(0);
  });

  it('gets the focus back after the search for a class', async () => {
    await openImages();
    grid().focus();
    await key('ArrowDown');
    await key('r');
    expect(document.querySelector('dialog')).not.toBeNull();
    document.querySelectorAll<HTMLElement>('dialog [role="option"]')[1]!.click();
    await settled();
    expect(document.activeElement).toBe(grid());
  });
});
