import { expect, it } from 'vitest';
import { checks } from '../../../../src/core/checks/index';
import { seededRandom } from '../../../../src/core/statistics/random';
import { classes, group, run } from './rows';

/** More than a function call accepts as arguments. */
const IMAGES = 130_000;

it('every check handles more images than a function call accepts as arguments', () => {
  const random = seededRandom(1);
  const images = classes({ cat: IMAGES / 2, dog: IMAGES / 2 }, 0, (name) => ({
    split: random() < 0.8 ? 'train' : 'test',
    facts: { std: [random() * 60, 20, 20], mean: [name === 'cat' ? 90 : 110, 100, 100] },
  }));
  const groups = images.slice(0, IMAGES / 2).map(({ id }, i) => group([id, images[i + IMAGES / 2]!.id]));
  const labels = {
    verdicts: images.map(({ id, className }) => ({
      image: id,
      given: className,
      suggested: className === 'cat' ? 'dog' : 'cat',
      predicted: className,
      wrong: random(),
    })),
    estimate: { expected: 1, low: 0, high: 2 },
    joint: [{ given: 'cat', truth: 'dog', count: IMAGES / 4 }],
    distances: images.map(({ id }) => ({ image: id, value: Math.exp(random() ** 8 * 9) })),
  };
  const found = checks.flatMap((check) =>
    run(check, images, { labels, exactGroups: groups, nearGroups: groups, turnedGroups: [] }),
  );
  expect(new Set(found.map(({ check }) => check))).toEqual(
    new Set([
      'conflicting-duplicate',
      'exact-duplicate',
      'label-error',
      'split-leak',
      'outlier',
      'class-overlap',
      'normalization',
      'near-duplicate',
      'shortcut',
      'loader-mismatch',
    ]),
  );
});
