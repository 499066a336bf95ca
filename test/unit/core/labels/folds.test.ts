import { describe, expect, it } from 'vitest';
import { probeFolds, trainingSplit } from '../../../../src/core/labels/folds';
import { classKept } from '../../../../src/core/labels/mirrors';
import { TrainingProgress } from '../../../../src/core/labels/training-progress';
import { seededRandom } from '../../../../src/core/statistics/random';

const labels = Int32Array.from({ length: 203 }, (_, i) => (i < 20 ? 0 : 1 + (i % 3)));

describe('the folds of a trained probe', () => {
  it('have a fifth of each class, and duplicates are in one fold', () => {
    const groups = Int32Array.from(labels, (_, i) => (i % 10 < 3 ? Math.floor(i / 10) : -1));
    const folds = probeFolds(labels, groups, seededRandom(1));
    for (let label = 0; label < 4; label++) {
      const counts = [0, 1, 2, 3, 4].map(
        (fold) => labels.filter((value, i) => value === label && folds[i] === fold).length,
      );
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(3);
    }
    groups.forEach((group, i) => {
      if (group >= 0) expect(folds[i]).toBe(folds[groups.indexOf(group)]);
    });
    expect(probeFolds(labels, groups, seededRandom(1))).toEqual(folds);
  });

  it('are as many as the pictures if there are few, and one if all pictures are the same', () => {
    expect(new Set(probeFolds(Int32Array.of(0, 1, 0), null, seededRandom(1))).size).toBe(3);
    expect([...probeFolds(Int32Array.of(0, 1, 0), Int32Array.of(4, 4, 4), seededRandom(1))]).toEqual([0, 0, 0]);
  });

  it('are trained on the other folds, a part of which is for validation, with duplicates on one side', () => {
    const groups = Int32Array.from(labels, (_, i) => Math.floor(i / 2));
    const folds = probeFolds(labels, groups, seededRandom(1));
    const { training, validation } = trainingSplit(folds, 2, labels, groups, seededRandom(2));
    expect([...training, ...validation].sort((a, b) => a - b)).toEqual([...folds.keys()].filter((i) => folds[i] !== 2));
    expect(validation.length / (training.length + validation.length)).toBeCloseTo(1 / 8, 1);
    const trained = new Set(training.map((i) => groups[i]!));
    expect(validation.some((i) => trained.has(groups[i]!))).toBe(false);
  });

  it('validate on the training images if there are too few', () => {
    const few = Int32Array.of(0, 1, 0, 1, 0, 1);
    const { training, validation } = trainingSplit(
      probeFolds(few, null, seededRandom(1)),
      0,
      few,
      null,
      seededRandom(1),
    );
    expect(training).toEqual(validation);
  });
});

describe('mirror images', () => {
  const given = Int32Array.from({ length: 40 }, (_, i) => i % 2);
  const scores = (right: (i: number) => boolean): Float32Array =>
    Float32Array.from([...given].flatMap((label, i) => ((label === 0) === right(i) ? [1, 0] : [0, 1])));
  it('keep the class if a net recognizes them as well', () =>
    expect(
      classKept(
        scores(() => true),
        scores((i) => i > 0),
        given,
        2,
      ),
    ).toBe(true));
  it('do not keep the class if the net no longer recognizes them', () =>
    expect(
      classKept(
        scores(() => true),
        scores((i) => i % 4 > 0),
        given,
        2,
      ),
    ).toBe(false));
  it('are not used if the net has learned nothing', () =>
    expect(
      classKept(
        scores((i) => i % 4 > 1),
        scores(() => true),
        given,
        2,
      ),
    ).toBe(false));
});

it('subtracts the steps saved by early stopping from the total', () => {
  const progress = new TrainingProgress([
    [0, 100],
    [1, 100],
  ]);
  progress.reach(0, 40);
  expect([progress.done, progress.total]).toEqual([40, 200]);
  progress.end(0);
  progress.reach(1, 10);
  expect([progress.done, progress.total]).toEqual([50, 140]);
});
