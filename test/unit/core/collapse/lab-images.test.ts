import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabCandidates } from '../../../../src/core/collapse/interventions/intervention';
import { selectLabImages, spreadOrder } from '../../../../src/core/collapse/lab-images';
import { seededRandom } from '../../../../src/core/statistics/random';

const candidates = (labels: number[], part: Partial<LabCandidates> = {}): LabCandidates => ({
  labels,
  classes: Math.max(...labels) + 1,
  splits: labels.map(() => null),
  groups: labels.map(() => -1),
  flagged: () => false,
  widths: labels.map(() => 64),
  heights: labels.map(() => 64),
  ...part,
});
const repeated = (...counts: number[]): number[] => counts.flatMap((count, label) => Array<number>(count).fill(label));
const count = (images: readonly number[], labels: number[], label: number): number =>
  images.filter((image) => labels[image] === label).length;

describe('images of a lab', () => {
  it('keep the imbalance of the data for training, and are balanced for validation', () => {
    const labels = repeated(9000, 1000);
    const { training, validation } = selectLabImages(candidates(labels), seededRandom(1), {
      training: 900,
      validation: 300,
    });
    expect(count(training, labels, 0)).toBe(810);
    expect(count(training, labels, 1)).toBe(90);
    expect([count(validation, labels, 0), count(validation, labels, 1)]).toEqual([150, 150]);
  });

  it('keep a few images of the rarest class', () => {
    const labels = repeated(5000, 20);
    const { training, validation } = selectLabImages(candidates(labels), seededRandom(1), {
      training: 500,
      validation: 200,
    });
    expect(count(training, labels, 1)).toBe(8);
    expect(count(validation, labels, 1)).toBeGreaterThan(3);
    expect(validation.length).toBeLessThanOrEqual(200);
  });

  it('use the user’s own split, and list what leaks across it', () => {
    const labels = repeated(40, 40);
    const splits = labels.map((_, i) => (i % 4 === 0 ? 'test' : 'train'));
    // Image 0 (test) is image 1 (train); image 5 and 6 (train) are one picture.
    const groups = labels.map((_, i) => (i < 2 ? 0 : i === 5 || i === 6 ? 1 : -1));
    const given = selectLabImages(
      candidates(labels, { splits, groups, flagged: (image) => image === 4 || image === 7 }),
      seededRandom(1),
    );
    expect(given.leaked).toEqual([0]);
    expect(given.dividedAgain).toBe(false);
    expect(given.faulty).toEqual({ 'flagged-labels': [7], duplicates: [6] });
    expect(given.validation).not.toContain(0);
    expect(given.validation).not.toContain(4);
    expect(given.training.every((image) => image % 4 !== 0)).toBe(true);
  });

  it.each([
    ['are too few', (i: number) => i < 6, () => false],
    ['have one class', (i: number) => i < 20, () => false],
    ['are copies of training images', (i: number) => i % 4 === 0, (i: number) => i % 4 < 2],
  ])('are divided again if the user’s held-out images %s', (_, held, copied) => {
    const labels = repeated(40, 40);
    const splits = labels.map((__, i) => (held(i) ? 'val' : 'train'));
    const groups = labels.map((__, i) => (copied(i) ? Math.floor(i / 4) : -1));
    const given = selectLabImages(candidates(labels, { splits, groups }), seededRandom(1));
    expect(given.dividedAgain).toBe(true);
    expect(count(given.validation, labels, 0)).toBeGreaterThan(8);
    expect(count(given.validation, labels, 1)).toBeGreaterThan(8);
  });

  it('never contain a picture in validation that is in training, for any groups', () => {
    const some = fc.array(
      fc.record({
        label: fc.integer({ min: 0, max: 2 }),
        group: fc.integer({ min: -1, max: 6 }),
        split: fc.constantFrom('train', 'test', null),
      }),
      { minLength: 12, maxLength: 80 },
    );
    fc.assert(
      fc.property(some, fc.integer(), (images, seed) => {
        const given = candidates(
          images.map((one) => one.label),
          { splits: images.map((one) => one.split), groups: images.map((one) => one.group) },
        );
        const { training, validation } = selectLabImages(given, seededRandom(seed), { training: 30, validation: 20 });
        const groups = new Set(training.map((image) => images[image]!.group).filter((group) => group >= 0));
        expect(validation.some((image) => groups.has(images[image]!.group))).toBe(false);
        expect(new Set([...training, ...validation]).size).toBe(training.length + validation.length);
      }),
    );
  });
});

it('each beginning of the order of images has its share of every class and part', () => {
  const labels = repeated(600, 300, 100);
  const places = [...labels.keys()];
  const isHeld = (image: number): boolean => image % 5 === 0;
  const [training, held] = [places.filter((image) => !isHeld(image)), places.filter(isHeld)];
  const order = spreadOrder({ labels, classes: 3 }, [training, held], seededRandom(1));
  expect(order.toSorted((a, b) => a - b)).toEqual(places);
  for (const most of [100, 350, 700]) {
    const some = order.slice(0, most);
    for (const [label, size] of [600, 300, 100].entries())
      expect(Math.abs(count(some, labels, label) - (size * most) / 1000)).toBeLessThanOrEqual(2);
    expect(Math.abs(some.filter(isHeld).length - most / 5)).toBeLessThanOrEqual(3);
  }
});
