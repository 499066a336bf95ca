/** How many images each class and each split has, counted once for all checks. */
import { splitRole } from '../dataset/split-names';
import type { CheckContext, Shard, SplitCounts, Tally, Totals } from './check';
import { binsAdded, fields } from './partials';

/**
 * Images by split and class: first the images without a split, then each split; in each of them all classes. `listed`
 * are those that are not unreadable.
 */
interface Counts {
  readonly all: readonly number[];
  readonly readable: readonly number[];
  readonly listed: readonly number[];
}

/** 24 bytes for each class of each split. */
export function countsIn({ images }: Shard, { classes, splits }: CheckContext): Counts {
  const classAt = new Map(classes.map((name, at) => [name, at]));
  const splitAt = new Map(splits.map((name, at) => [name, at + 1]));
  const zeros = (): number[] => new Array<number>(classes.length * (splits.length + 1)).fill(0);
  const counts = { all: zeros(), readable: zeros(), listed: zeros() };
  for (const { className, split, facts, unreadable } of images) {
    const column = classAt.get(className);
    if (column === undefined) throw new RangeError(`The class ${className} is not in the list of classes.`);
    const at = (split === null ? 0 : (splitAt.get(split) ?? 0)) * classes.length + column;
    counts.all[at]!++;
    if (facts !== null) counts.readable[at]!++;
    if (unreadable === null) counts.listed[at]!++;
  }
  return counts;
}

export const countsMerged = fields<Counts>({ all: binsAdded, readable: binsAdded, listed: binsAdded });

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

export function totalsOf(counts: Counts, { classes, splits }: CheckContext): Totals {
  const row = (of: readonly number[], at: number): readonly number[] =>
    of.slice(at * classes.length, (at + 1) * classes.length);
  const columns = (of: readonly number[]): readonly number[] =>
    classes.map((_, column) => {
      let total = 0;
      for (let at = column; at < of.length; at += classes.length) total += of[at]!;
      return total;
    });
  const named = (names: readonly string[], numbers: readonly number[]): Tally =>
    new Map(names.flatMap((name, at) => (numbers[at]! > 0 ? [[name, numbers[at]!] as const] : [])));
  const part = (split: string | null, of: readonly number[]): SplitCounts => ({ split, counts: of, total: sum(of) });
  return {
    images: sum(counts.all),
    readable: sum(counts.readable),
    imagesOf: named(classes, columns(counts.all)),
    readableOf: named(classes, columns(counts.readable)),
    imagesIn: named(
      splits,
      splits.map((_, at) => sum(row(counts.all, at + 1))),
    ),
    bySplit: [
      part(null, columns(counts.listed)),
      ...splits.map((name, at) => part(name, row(counts.listed, at + 1))).filter(({ total }) => total > 0),
    ],
  };
}

/** What a model is trained on: the train split if there is one, otherwise all images. */
export function trainedOn(all: readonly SplitCounts[]): SplitCounts {
  return all.find(({ split }) => split !== null && splitRole(split) === 0) ?? (all[0] as SplitCounts);
}

/** " in the train split", or an empty text for the whole data set. */
export function inSplit(split: string | null): string {
  return split === null ? '' : ` in the ${split} split`;
}
