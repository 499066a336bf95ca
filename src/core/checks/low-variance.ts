import { RASTER_SIDE } from '../images/raster';
import type { Check, CheckInput } from './check';
import { finding, readable, type Readable, thresholdFact } from './finding';
import { isExact, groupViews } from './group-members';
import { percent, short } from '../text/numbers';
import { quoted } from '../text/names';

/** Rasters are compared as means of 8×8 cells. Noise and small shifts change these very little. */
const CELLS = 8;
const LENGTH = CELLS * CELLS * 3;
/** With fewer images, the spread of a class is too uncertain. */
const FEWEST = 5;
/** The most rasters read in total and per class. More would not change the variance. */
const MOST_READ = 4_000;
const MOST_PER_CLASS = 200;

function cellMeans(raster: Uint8Array): Float64Array {
  const out = new Float64Array(LENGTH);
  const side = RASTER_SIDE / CELLS;
  for (let y = 0; y < RASTER_SIDE; y++) {
    for (let x = 0; x < RASTER_SIDE; x++) {
      const cell = (Math.floor(y / side) * CELLS + Math.floor(x / side)) * 3;
      for (let k = 0; k < 3; k++)
        out[cell + k] = (out[cell + k] as number) + (raster[(y * RASTER_SIDE + x) * 3 + k] as number) / (side * side);
    }
  }
  return out;
}

interface Spread {
  readonly n: number;
  readonly sum: Float64Array;
  readonly squares: number;
}

function spreadOf(input: CheckInput, images: readonly Readable[], most: number): Spread {
  const step = Math.max(1, images.length / most);
  const sum = new Float64Array(LENGTH);
  let squares = 0;
  let n = 0;
  for (let at = 0; at < images.length; at += step) {
    const raster = input.raster((images[Math.floor(at)] as Readable).id);
    if (!raster) continue;
    const means = cellMeans(raster);
    n++;
    for (let k = 0; k < LENGTH; k++) {
      sum[k] = (sum[k] as number) + (means[k] as number);
      squares += (means[k] as number) ** 2;
    }
  }
  return { n, sum, squares };
}

/** Mean variance of a cell. */
function variance({ n, sum, squares }: Spread): number {
  let means = 0;
  for (const value of sum) means += (value / n) ** 2;
  return Math.max(0, squares / n - means) / LENGTH;
}

/** Every class has the same weight, so that a large class does not decide the spread of the whole data set. */
function overall(spreads: readonly Spread[]): number {
  const sum = new Float64Array(LENGTH);
  let squares = 0;
  for (const spread of spreads) {
    for (let k = 0; k < LENGTH; k++) sum[k] = (sum[k] as number) + (spread.sum[k] as number) / spread.n;
    squares += spread.squares / spread.n;
  }
  return variance({ n: spreads.length, sum, squares });
}

/** Images that repeat another of their class. */
function repeated(input: CheckInput): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { members } of groupViews(input, input.nearGroups)) {
    const seen = new Set<string>();
    for (const { image } of members) {
      if (seen.has(image.className)) counts.set(image.className, (counts.get(image.className) ?? 0) + 1);
      seen.add(image.className);
    }
  }
  return counts;
}

export const lowVariance: Check = {
  id: 'low-variance',
  title: 'Classes without variety',
  why: 'If a class is the same picture many times, the CNN memorises that picture. It then misses other pictures of the class, or predicts the class for everything.',
  how: 'The variance of 8×8 means of the rasters within the class, divided by the same over all classes (with equal weights), is below one threshold; or the share of images in the class that repeat another image is above the other threshold.',
  basis: 'images',
  checklist: ['data'],
  thresholds: {
    'low-variance.spread': {
      default: 0.1,
      min: 0,
      max: 1,
      unit: 'share of the spread over all images',
      reason:
        'If the pictures of a class differ only a tenth as much as those of the whole data set, the class is one picture with noise. Simple classes (icons of one kind, the digit 1) are above 0.3.',
    },
    'low-variance.duplicates': {
      default: 0.5,
      min: 0.05,
      max: 1,
      unit: 'share of images that repeat another',
      reason: 'If half of the images in a class repeat others, the class is only half as large as it looks.',
    },
  },
  costly: 'many-images',
  version: 1,
  run(input) {
    const byClass = new Map<string, Readable[]>();
    for (const image of readable(input.images)) {
      const list = byClass.get(image.className);
      if (list) list.push(image);
      else byClass.set(image.className, [image]);
    }
    const classes = [...byClass].filter(([, images]) => images.length >= FEWEST);
    const most = Math.max(20, Math.min(MOST_PER_CLASS, Math.floor(MOST_READ / Math.max(1, classes.length))));
    const spreads = classes
      .map(([name, images]) => ({ name, images, spread: spreadOf(input, images, most) }))
      .filter(({ spread }) => spread.n >= FEWEST);
    const all = overall(spreads.map(({ spread }) => spread));
    const copies = repeated(input);
    return spreads.flatMap(({ name, images, spread }) => {
      const relative = all > 0 && spreads.length > 1 ? Math.sqrt(variance(spread) / all) : 1;
      const share = (copies.get(name) ?? 0) / images.length;
      const thresholdId =
        relative < input.thresholds('low-variance.spread') ? 'low-variance.spread' : 'low-variance.duplicates';
      const value = thresholdId === 'low-variance.spread' ? relative : share;
      if (thresholdId === 'low-variance.duplicates' && share < input.thresholds(thresholdId)) return [];
      const different = images.length - (copies.get(name) ?? 0);
      return [
        finding({
          check: 'low-variance',
          about: name,
          severity: 'warning',
          scope: 'class',
          title: `The ${images.length} images of ${quoted(name)} are almost the same: their spread is ${percent(relative)} of the spread of the data set, and ${percent(share)} of them repeat another (${different} different ${different === 1 ? 'picture' : 'pictures'}).`,
          remedy:
            'The real size of this class is its number of different pictures. Collect more: other objects, other days, other places. Copies and frames of one video do not help.',
          score: thresholdId === 'low-variance.spread' ? 1 - relative : share,
          value,
          threshold: input.thresholds(thresholdId),
          thresholdId,
          classes: [name],
          images: images.map((image) => ({ id: image.id, value: null })),
          evidence: {
            facts: [
              { name: 'spread, relative to the data set', value: short(relative) },
              { name: 'images that repeat another', value: copies.get(name) ?? 0 },
              {
                name: 'of these, exact copies',
                value: groupViews(input, input.exactGroups).reduce(
                  (sum, { members }) =>
                    sum +
                    members.slice(1).filter((member) => member.image.className === name && isExact(member)).length,
                  0,
                ),
              },
              thresholdFact(input, thresholdId),
            ],
          },
        }),
      ];
    });
  },
};
