/** The pictures of a finding are decided where they are shown. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Act, ActSource, Decision } from '../../../../../src/contract/model/review';
import { findingsOf } from '../../../../../src/renderer/state/findings.svelte';
import { galleryOf } from '../../../../../src/renderer/state/gallery.svelte';
import { groupHandlers, wholeGroup } from '../../support/groups';
import { bringNear, inWindow, openWindow, press, settled, text } from '../../support/mounted-window';
import { sampleFindings } from '../../support/sample-findings';
import { scenario } from '../../support/scenario';

const scene = scenario({
  name: 'pets',
  classes: [
    { name: 'Animals/Mammals/Carnivores/Cats-with-long-hair-and-a-name-that-is-longer-than-any-tile', count: 1200 },
    { name: 'dog', count: 300 },
  ],
  findings: sampleFindings(1500),
});

inWindow();
afterEach(() => vi.restoreAllMocks());

async function openFinding(key: string) {
  const acts: (Act & { source: ActSource | undefined })[] = [];
  const decisionOn = (image: number): Decision | null => {
    const last = acts.findLast((act) => act.image === image);
    if (last === undefined || last.kind === 'clear' || last.kind === 'move') return null;
    return { verdict: last.kind, label: last.label, queue: null, note: null, at: 1 };
  };
  const decided = (): Map<number, Decision> =>
    new Map(
      acts.flatMap(({ image }) => {
        const decision = decisionOn(image);
        return decision === null ? [] : [[image, decision] as const];
      }),
    );
  const changed = () => fake.push('review-changed', { dataset: scene.summary.id, classes: false });
  const { session, fake } = await openWindow(scene, {
    'review.decisions': ({ images }) =>
      [...decided()].flatMap(([image, decision]) => (images.includes(image) ? [{ image, decision }] : [])),
    ...groupHandlers(() => scene.groups, decided),
    'review.act': ({ acts: some, source }) => {
      acts.push(...some.map((act) => ({ ...act, source })));
      changed();
      return { acts: some.length, batch: acts.length };
    },
    'review.undo': () => {
      const { image } = acts.pop()!;
      changed();
      return { images: [image] };
    },
  });
  findingsOf(session.dataset!).select(key);
  session.go('findings');
  await settled();
  return { acts, session, dataset: session.dataset! };
}

const pictures = () => [...document.querySelectorAll<HTMLElement>('.decidable')];
const labels = () => pictures().map((one) => one.querySelector('button')!.getAttribute('aria-label') ?? '');

async function enter(picture: HTMLElement): Promise<void> {
  picture.dispatchEvent(new MouseEvent('pointerenter'));
  await settled();
}

async function ctrl(key: string, shiftKey = false): Promise<void> {
  window.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true, shiftKey, cancelable: true }));
  await settled();
}

describe('a picture of a finding', () => {
  it('has buttons only while the pointer is over it, and shows the decision, which is undone', async () => {
    const { acts } = await openFinding('dark');
    expect(pictures()).toHaveLength(12);
    expect(document.querySelector('[aria-label^="Decide "]')).toBeNull();
    const second = pictures()[1]!;
    await enter(second);
    expect(document.querySelectorAll('[aria-label^="Decide "]')).toHaveLength(1);
    await press('Exclude');
    expect(acts).toMatchObject([{ kind: 'exclude', source: 'findings' }]);
    expect(labels().map((label) => label.endsWith('Excluded'))).toEqual(pictures().map((one) => one === second));
    second.dispatchEvent(new MouseEvent('pointerleave'));
    await settled();
    expect(document.querySelector('[aria-label^="Decide "]')).toBeNull();
    await ctrl('z');
    expect(labels().some((label) => label.endsWith('Excluded'))).toBe(false);
  });

  it('has them for the keyboard too', async () => {
    await openFinding('dark');
    const third = pictures()[2]!;
    third.querySelector('button')!.focus();
    await settled();
    expect(document.querySelectorAll('[aria-label^="Decide "]')).toHaveLength(1);
    third.querySelector<HTMLElement>('[aria-label^="Decide "] button')!.focus();
    await settled();
    expect(document.querySelectorAll('[aria-label^="Decide "]')).toHaveLength(1);
    pictures()[3]!.querySelector('button')!.focus();
    await settled();
    expect(document.querySelector('[aria-label^="Decide "]')!.closest('.decidable')).toBe(pictures()[3]);
  });
});

describe('the worst images', () => {
  it('are the first ones of the finding, also where a high value is bad', async () => {
    const findings = sampleFindings(1500).map((one) =>
      one.evidence.histogram === undefined
        ? one
        : { ...one, evidence: { ...one.evidence, histogram: { ...one.evidence.histogram, side: 'above' as const } } },
    );
    const { fake, session } = await openWindow({ ...scene, findings });
    findingsOf(session.dataset!).select('dark');
    session.go('findings');
    await settled();
    await press('Show 143 images');
    const sorts = fake.asked
      .filter(({ name, params }) => name === 'images.list' && JSON.stringify(params).includes('"finding":"dark"'))
      .map(({ params }) => (params as { sort: unknown }).sort);
    expect(sorts.length).toBeGreaterThan(1);
    for (const sort of sorts) expect(sort).toEqual({ by: 'value', descending: false });
  });
});

describe('a member of a duplicate group', () => {
  it('is excluded in the finding, so that another one stays, and opens beside the others of its group', async () => {
    const { dataset } = await openFinding('near-duplicate');
    const group = () => [...document.querySelectorAll('[aria-label^="Group of 2"]')][0]!;
    const kept = () => [...group().querySelectorAll('.member')].findIndex((one) => one.querySelector('.keeper'));
    const before = kept();
    await enter(group().querySelectorAll<HTMLElement>('.decidable')[before]!);
    await press('Exclude');
    expect(kept()).toBe(1 - before);
    group().querySelector<HTMLElement>('.decidable button[aria-label]')!.click();
    await settled();
    expect(galleryOf(dataset).filter.ids).toHaveLength(2);
    expect(galleryOf(dataset).detail).toBe(true);
  });
});

describe('a group of many copies', () => {
  it('shows the first ones and the one to keep, and all on a click', async () => {
    const one = scene.groups[0]!.members[0]!;
    const group = wholeGroup(
      1,
      Array.from({ length: 30 }, (_, id) => ({ ...one, card: scene.card(id) })),
    );
    const { session } = await openWindow(
      scene,
      groupHandlers(() => [group]),
    );
    findingsOf(session.dataset!).select('near-duplicate');
    session.go('findings');
    await settled();
    expect(pictures()).toHaveLength(13);
    expect(document.querySelector('.member:last-of-type .keeper')).not.toBeNull();
    await press('Show all 30');
    await expect.poll(() => pictures().length).toBe(30);
    expect(text('button').some((name) => name.startsWith('Show all'))).toBe(false);
  });

  it('lets every member of a later page be compared with the first of the group', async () => {
    const one = scene.groups[0]!.members[0]!;
    const group = wholeGroup(
      1,
      Array.from({ length: 130 }, (_, id) => ({ ...one, relation: 'near' as const, card: scene.card(id) })),
    );
    const { session } = await openWindow(
      scene,
      groupHandlers(() => [group]),
    );
    findingsOf(session.dataset!).select('near-duplicate');
    session.go('findings');
    await settled();
    const compared = () => text('.member button').filter((name) => name === 'Compare').length;
    await press('Show all 130');
    await expect.poll(() => pictures().length).toBe(100);
    expect(compared()).toBe(99);
    await press('Next members');
    await expect.poll(() => pictures().length).toBe(31);
    expect(compared()).toBe(31);
    await press('Compare');
    expect(session.comparison).toMatchObject({ first: { card: { id: 0 } } });
  });
});

describe('a page of groups', () => {
  it('shows the first ones at once, others once they are near to sight, and until then their paths', async () => {
    const items = () => [...document.querySelectorAll('[aria-label="Groups"] li')];
    const made = () => items().map((item) => item.querySelector('.decidable') !== null);
    const only = (...places: number[]) => Array.from({ length: 20 }, (_, at) => places.includes(at));
    await openFinding('near-duplicate');
    expect(made()).toEqual(only(0, 1));
    await bringNear([items()[9]!]);
    expect(made()).toEqual(only(0, 1, 9));
    const { members } = scene.groups[5]!;
    expect(items()[5]!.textContent).toBe(members.map(({ card }) => card.path).join(', '));
    expect(items()[5]!.querySelector('[role="group"]')!.getAttribute('aria-label')).toBe(`Group of ${members.length}`);
    await press('Next groups');
    expect(made()).toEqual(only(0, 1));
  });

  it('shows every group up to the one that is sought', async () => {
    const { dataset } = await openFinding('dark');
    findingsOf(dataset).select('near-duplicate', 27);
    await settled();
    const items = [...document.querySelectorAll('[aria-label="Groups"] li')];
    expect(items.filter((item) => item.querySelector('.decidable') !== null)).toEqual(items.slice(0, 8));
    expect(items.findIndex((item) => item.classList.contains('wanted'))).toBe(7);
  });
});

describe('pictures marked as different', () => {
  it('are no longer marked after undo, and again after redo; the panel of decisions lists the step', async () => {
    const { session } = await openFinding('near-duplicate');
    await press('Not a duplicate');
    expect(text('.parted')).toEqual(['1 pair stored as different']);
    await ctrl('z');
    expect(text('.parted')).toEqual([]);
    expect(session.notices.list.map(({ message }) => message)).toEqual([
      'Undone: the next check may call these pictures duplicates again.',
    ]);
    await ctrl('z', true);
    expect(text('.parted')).toEqual(['1 pair stored as different']);
  });
});
