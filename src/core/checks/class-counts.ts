/**
 * Readable images per class, in total and per split. The distribution checks use these counts. An image that is not
 * measured yet counts as readable.
 */
import { splitRole } from '../dataset/split-names';
import type { CheckInput } from './check';

export interface SplitCounts {
  /** Null for the whole data set. */
  readonly split: string | null;
  /** In the order of the input's classes. */
  readonly counts: readonly number[];
  readonly total: number;
}

/** The whole data set first, then each split that has images. */
export function countsBySplit(input: CheckInput): SplitCounts[] {
  const index = new Map(input.classes.map((name, i) => [name, i]));
  const images = input.images.filter(({ unreadable }) => unreadable === null);
  const part = (split: string | null): SplitCounts => {
    const counts = new Array<number>(input.classes.length).fill(0);
    let total = 0;
    for (const image of images) {
      const at = index.get(image.className);
      if (at === undefined || (split !== null && image.split !== split)) continue;
      counts[at] = (counts[at] ?? 0) + 1;
      total++;
    }
    return { split, counts, total };
  };
  return [part(null), ...input.splits.map(part).filter(({ total }) => total > 0)];
}

/** What a model is trained on: the train split if there is one, otherwise all images. */
export function trainedOn(all: readonly SplitCounts[]): SplitCounts {
  return all.find(({ split }) => split !== null && splitRole(split) === 0) ?? (all[0] as SplitCounts);
}

/** " in the train split", or an empty text for the whole data set. */
export function inSplit(split: string | null): string {
  return split === null ? '' : ` in the ${split} split`;
}
