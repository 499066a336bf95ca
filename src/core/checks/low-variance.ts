import { RASTER_SIDE } from '../images/raster';
import type { Check, CheckGlobal, Survey } from './check';
import { finding, readable, type Readable, thresholdFact } from './finding';
import { isExact, groupViews } from './group-members';
import { type Ids, concatenated, mapsOf, tally } from './partials';
import { contentOrder, lowest } from './row-sample';
import { counted, percent, short } from '../text/numbers';
import { quoted } from '../text/names';

/** Rasters are compared as means of 8×8 cells. Noise and small shifts change these very little. */
const CELLS = 8;
const CELL_SIDE = RASTER_SIDE / CELLS;
const LENGTH = CELLS * CELLS * 3;
/** With fewer images, the spread of a class is too uncertain. */
const FEWEST = 5;
/** The most rasters read in total and per class. More would not change the variance. */
const MOST_READ = 4_000;
const MOST_PER_CLASS = 200;

/** Sums of 8×8 pixels: whole numbers, so that sums of them are exact in any order. */
function cellSums(raster: Uint8Array): Uint16Array {
  const out = new Uint16Array(LENGTH);
  for (let y = 0; y < RASTER_SIDE; y++) {
    for (let x = 0; x < RASTER_SIDE; x++) {
      const cell = (Math.floor(y / CELL_SIDE) * CELLS + Math.floor(x / CELL_SIDE)) * 3;
      for (let k = 0; k < 3; k++) out[cell + k]! += raster[(y * RASTER_SIDE + x) * 3 + k]!;
    }
  }
  return out;
}

/** The picture of one image of the sample. */
interface Look {
  readonly order: number;
  readonly cells: Uint16Array;
}

/** The sampled pictures of each class: 400 bytes for each of them. */
interface Looks {
  /** The most for one class. */
  readonly most: number;
  readonly byClass: ReadonlyMap<string, readonly Look[]>;
}

function lowestLooks(looks: readonly Look[], most: number): readonly Look[] {
  const taken = lowest(
    looks.map(({ order }) => order),
    most,
  );
  return taken?.map((at) => looks[at]!) ?? looks;
}

/** Reads no more rasters than needed, in the order of the sample. */
function looksOf(images: readonly Readable[], most: number, raster: (image: number) => Uint8Array | null): Look[] {
  const looks: Look[] = [];
  const ordered = images.map((image) => ({ id: image.id, order: contentOrder(image) }));
  for (const { id, order } of ordered.sort((a, b) => a.order - b.order)) {
    if (looks.length === most) break;
    const pixels = raster(id);
    if (pixels) looks.push({ order, cells: cellSums(pixels) });
  }
  return looks;
}

interface Spread {
  readonly n: number;
  readonly sum: Float64Array;
  readonly squares: number;
}

function spreadOf(looks: readonly Look[]): Spread {
  const sum = new Float64Array(LENGTH);
  let squares = 0;
  for (const { cells } of looks) {
    cells.forEach((value, k) => {
      const mean = value / CELL_SIDE ** 2;
      sum[k]! += mean;
      squares += mean ** 2;
    });
  }
  return { n: looks.length, sum, squares };
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
function repeated(global: CheckGlobal): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { members } of groupViews(global, global.nearGroups)) {
    const seen = new Set<string>();
    for (const { image } of members) {
      if (seen.has(image.className)) counts.set(image.className, (counts.get(image.className) ?? 0) + 1);
      seen.add(image.className);
    }
  }
  return counts;
}

/** A class that is reported. */
interface Uniform {
  readonly name: string;
  /** Its readable images. */
  readonly images: number;
  /** Its spread as a share of the spread over all images. */
  readonly relative: number;
  readonly copies: number;
  readonly thresholdId: 'low-variance.spread' | 'low-variance.duplicates';
}

function uniformClasses({ byClass }: Looks, global: CheckGlobal): Uniform[] {
  const { readableOf } = global.totals;
  const spreads = global.classes
    .map((name) => ({ name, images: readableOf.get(name) ?? 0, spread: spreadOf(byClass.get(name) ?? []) }))
    .filter(({ spread }) => spread.n >= FEWEST);
  const all = overall(spreads.map(({ spread }) => spread));
  const repeats = repeated(global);
  return spreads.flatMap(({ name, images, spread }): Uniform[] => {
    const relative = all > 0 && spreads.length > 1 ? Math.sqrt(variance(spread) / all) : 1;
    const copies = repeats.get(name) ?? 0;
    const thresholdId =
      relative < global.thresholds('low-variance.spread') ? 'low-variance.spread' : 'low-variance.duplicates';
    if (thresholdId === 'low-variance.duplicates' && copies / images < global.thresholds(thresholdId)) return [];
    return [{ name, images, relative, copies, thresholdId }];
  });
}

/** A class of many copies can have as much variety in its few pictures as the whole data set. */
function titleOf({ name, images, relative, copies, thresholdId }: Uniform): string {
  const many = counted(images, 'image');
  const different = counted(images - copies, 'different picture');
  const share = percent(copies / images);
  if (thresholdId === 'low-variance.duplicates')
    return `Of the ${many} of ${quoted(name)}, ${share} repeat another (${different}).`;
  const spread = `The ${many} of ${quoted(name)} are almost the same: their spread is ${percent(relative)} of the spread of the data set`;
  return copies === 0 ? `${spread}.` : `${spread}, and ${share} of them repeat another (${different}).`;
}

function byClassName(images: readonly Readable[]): Map<string, Readable[]> {
  const byClass = new Map<string, Readable[]>();
  for (const image of images) {
    const list = byClass.get(image.className);
    if (list) list.push(image);
    else byClass.set(image.className, [image]);
  }
  return byClass;
}

/** Finds the classes, because all images of these are listed. */
const survey: Survey<Looks, readonly Uniform[]> = {
  partial({ images, raster }, { classes }) {
    const most = Math.max(20, Math.min(MOST_PER_CLASS, Math.floor(MOST_READ / Math.max(1, classes.length))));
    const all = [...byClassName(readable(images))];
    return { most, byClass: new Map(all.map(([name, own]) => [name, looksOf(own, most, raster)])) };
  },
  merge: ({ most, byClass }, second) => ({
    most,
    byClass: mapsOf((a: readonly Look[], b: readonly Look[]) => lowestLooks([...a, ...b], most))(
      byClass,
      second.byClass,
    ),
  }),
  conclude: uniformClasses,
};

/** Grows by 4 bytes for each image of a class that is reported. */
export const lowVariance: Check<ReadonlyMap<string, Ids>, readonly Uniform[]> = {
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
  version: 3,
  survey,
  partial({ images }, _, uniform) {
    const names = new Set(uniform.map(({ name }) => name));
    const own = readable(images).filter(({ className }) => names.has(className));
    return new Map(
      Array.from(byClassName(own), ([name, list]): [string, Ids] => [name, [Int32Array.from(list, ({ id }) => id)]]),
    );
  },
  merge: mapsOf<Ids>(concatenated),
  conclude(ids, global, uniform) {
    const exact = tally(
      groupViews(global, global.exactGroups).flatMap(({ members }) =>
        members
          .slice(1)
          .filter(isExact)
          .map(({ image }) => image.className),
      ),
    );
    return uniform.map((one) => {
      const { name, images, relative, copies, thresholdId } = one;
      const share = copies / images;
      return finding({
        check: 'low-variance',
        about: name,
        severity: 'warning',
        scope: 'class',
        title: titleOf(one),
        remedy:
          'The real size of this class is its number of different pictures. Collect more: other objects, other days, other places. Copies and frames of one video do not help.',
        score: thresholdId === 'low-variance.spread' ? 1 - relative : share,
        value: thresholdId === 'low-variance.spread' ? relative : share,
        threshold: global.thresholds(thresholdId),
        thresholdId,
        classes: [name],
        images: (ids.get(name) ?? []).flatMap((piece) => Array.from(piece, (id) => ({ id, value: null }))),
        evidence: {
          facts: [
            { name: 'spread, relative to the data set', value: short(relative) },
            { name: 'images that repeat another', value: copies },
            { name: 'of these, exact copies', value: exact.get(name) ?? 0 },
            thresholdFact(global, thresholdId),
          ],
        },
      });
    });
  },
};
