/** The images of a cell of the confusion matrix, and of a region of the map, decided beside it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { LabelsSummary } from '../../../../../src/contract/model/labels';
import type { Act, ActSource, Decision } from '../../../../../src/contract/model/review';
import { galleryOf } from '../../../../../src/renderer/state/gallery.svelte';
import { labelsOf } from '../../../../../src/renderer/state/labels.svelte';
import { reviewOf } from '../../../../../src/renderer/state/review.svelte';
import { inWindow, openWindow, press, settled, text } from '../../support/mounted-window';
import { samplePredictions } from '../../support/sample-collapse';
import { scenario } from '../../support/scenario';

const CAT = 'Animals/Mammals/Carnivores/Cats-with-long-hair-and-a-name-that-is-longer-than-any-tile';
const scene = scenario({
  name: 'pets',
  classes: [
    { name: CAT, count: 30 },
    { name: 'dog', count: 30 },
  ],
});
/** Images of the cell: given cat, predicted dog. */
const CELL = [0, 1, 2, 3];

const { diagnosis } = samplePredictions(
  [
    { name: CAT, count: 30 },
    { name: 'dog', count: 30 },
  ],
  (k) => k,
  {
    id: 'instant',
    name: 'Instant probe',
  },
);

const summary: LabelsSummary = {
  runs: [
    {
      kind: 'instant',
      finishedAt: 1,
      seconds: 2,
      stale: false,
      images: 60,
      skill: {
        verdict: 'learned',
        sentence: '',
        balancedAccuracy: 0.9,
        chance: 0.5,
        z: 9,
        effectiveClasses: 2,
        logLossSkill: 0.8,
        perClass: [],
      },
      diagnosis,
      choices: [],
    },
  ],
  withheld: null,
  judged: 60,
  flagged: 0,
  estimate: null,
  curve: [],
  pairs: [],
  joint: [],
};

inWindow();
beforeAll(() => {
  // jsdom draws nothing.
  HTMLCanvasElement.prototype.getContext = () => null;
});

async function openLabels() {
  const steps: { acts: Act[]; source: ActSource | undefined }[] = [];
  const decisionOn = (image: number): Decision | null => {
    const last = steps.flatMap(({ acts }) => acts).findLast((act) => act.image === image);
    if (last === undefined || last.kind === 'clear' || last.kind === 'move') return null;
    return { verdict: last.kind, label: last.label, queue: null, note: null, at: 1 };
  };
  const changed = () => fake.push('review-changed', { dataset: scene.summary.id, classes: false });
  const { session, fake } = await openWindow(scene, {
    'labels.summary': () => summary,
    'labels.list': () => ({ total: 0, items: [] }),
    'labels.curve': () => [],
    'labels.confusion': () => ({ classes: [CAT, 'dog'], cells: [{ given: 0, predicted: 1, count: CELL.length }] }),
    'labels.map': () => ({
      ids: Uint32Array.from({ length: 60 }, (_, id) => id),
      x: Float32Array.from({ length: 60 }, (_, id) => id),
      y: Float32Array.from({ length: 60 }, (_, id) => id),
      classes: [CAT, 'dog'],
      classOf: Uint16Array.from({ length: 60 }, (_, id) => (id < 30 ? 0 : 1)),
      splits: [],
      splitOf: new Uint8Array(60),
      flagged: new Uint8Array(60),
    }),
    'images.list': ({ filter, offset, limit }) => {
      const ids = (filter.cell === undefined ? (filter.ids ?? []) : CELL).filter(
        (id) =>
          (filter.decided === undefined || decisionOn(id) === null) &&
          (filter.classes === undefined || filter.classes.includes(scene.card(id).className)),
      );
      return { total: ids.length, items: ids.slice(offset, offset + limit).map((id) => scene.card(id)) };
    },
    'images.findings': () => ({ findings: [], suggested: null }),
    'review.queue': ({ filter }) => ({
      total: filter.ids?.length ?? 0,
      items: (filter.ids ?? []).map((id) => ({ card: scene.card(id), suggested: null, decision: decisionOn(id) })),
    }),
    'review.decisions': ({ images }) =>
      images.flatMap((image) => {
        const decision = decisionOn(image);
        return decision === null ? [] : [{ image, decision }];
      }),
    'review.act': ({ acts, source }) => {
      steps.push({ acts, source });
      changed();
      return { acts: acts.length, batch: steps.length };
    },
    'review.undo': () => {
      const images = (steps.pop()?.acts ?? []).map(({ image }) => image);
      changed();
      return { images };
    },
  });
  session.go('labels');
  await settled();
  return { steps, session, dataset: session.dataset!, labels: labelsOf(session.dataset!) };
}

const status = () => text('[aria-label="Picked images"] [role="status"]');
const decided = (step: { acts: Act[] } | undefined) => step?.acts.map(({ image }) => image);

async function openCell() {
  const opened = await openLabels();
  await press('Confusion');
  await press('4 images given');
  return opened;
}

describe('a cell of the confusion matrix', () => {
  it('shows its images beside the matrix, and gives all of them the predicted class in one step', async () => {
    const { steps, session } = await openCell();
    expect(status()).toEqual(['4 images, none decided']);
    expect(document.querySelector('.cell [aria-pressed="true"]')).not.toBeNull();
    await press('Relabel all 4 to');
    expect(steps).toEqual([
      { source: 'confusion', acts: CELL.map((image) => ({ image, kind: 'relabel', label: 'dog' })) },
    ]);
    expect(status()).toEqual(['4 images, all decided']);
    expect(session.notices.list.map(({ message }) => message)).toEqual(['4 images are relabelled to “dog”.']);
    await press('Undo');
    expect(steps).toEqual([]);
    expect(status()).toEqual(['4 images, none decided']);
  });

  it('keeps the rest without changing what was decided one by one', async () => {
    const { steps, labels } = await openCell();
    labels.cell!.picked.toggle(2);
    await settled();
    await press('Exclude');
    labels.cell!.picked.selected.clear();
    await settled();
    expect(status()).toEqual(['4 images, 1 decided']);
    await press('Keep the other 3');
    expect(steps.map(decided)).toEqual([[2], [0, 1, 3]]);
    expect(steps.map(({ source }) => source)).toEqual(['confusion', 'confusion']);
    expect(document.querySelector('[aria-label="Decide together"] .button')).toBeNull();
  });

  it('shows one image large where it is decided, and then the next undecided one', async () => {
    const { steps, labels } = await openCell();
    document.querySelector<HTMLElement>('#picked-1')!.click();
    await settled();
    expect(text('[aria-label="Image details"] .place')).toEqual(['2 of 4']);
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', cancelable: true }));
    await settled();
    expect(steps.map(decided)).toEqual([[1]]);
    expect(labels.cell!.picked.active).toBe(2);
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', cancelable: true }));
    await settled();
    expect(status()).toEqual(['4 images, 1 decided']);
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', cancelable: true }));
    await settled();
    expect(document.querySelector('[aria-label="Picked images"]')).toBeNull();
  });

  it('opens in the review and in Images, and is still there afterwards', async () => {
    const { session, dataset } = await openCell();
    const cell = { predictions: 'instant', given: CAT, predicted: 'dog' };
    await press('Review one by one');
    expect(reviewOf(dataset).filter).toEqual({ cell });
    session.travel('back');
    await settled();
    expect(status()).toEqual(['4 images, none decided']);
    await press('Show in Images');
    expect(galleryOf(dataset).filter).toEqual({ cell });
  });
});

describe('a region of the map', () => {
  it('is decided together, or one of its classes alone', async () => {
    const { steps, labels } = await openLabels();
    await press('Map');
    labels.pickRegion([28, 29, 30], []);
    await settled();
    await press('Class: All classes');
    const listed = () => [...document.querySelectorAll('[role="group"][aria-label="classes"] label')];
    expect(listed().map((one) => one.getAttribute('title'))).toEqual([CAT, 'dog']);
    const dog = listed()[1]!.querySelector('input')!;
    dog.focus();
    dog.click();
    await settled();
    expect(status()).toEqual(['1 image, none decided']);
    // The list stays open for another class.
    expect(document.activeElement).toBe(dog);
    await press('Class: dog');
    await press('Relabel this image');
    expect(text('dialog h2')).toEqual(['Relabel 1 image']);
    document.querySelector<HTMLElement>('dialog [role="option"]')!.click();
    await settled();
    expect(steps).toEqual([{ source: 'map', acts: [{ image: 30, kind: 'relabel', label: CAT }] }]);
  });
});
