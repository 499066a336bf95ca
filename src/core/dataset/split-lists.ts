/** Lists of images without labels that say the split of each image: `train.txt` and `test.txt` of Food-101. */
import { imageCells, imageNames } from './columns';
import { matchImages } from './image-match';
import { byCodePoint } from './order';
import { imagesBySplit } from './partition-lists';
import { basesOf, type Table } from './table';
import { splitAndSubject, withoutUnion } from './table-split';

export interface SplitLists {
  /** The lists that are used. */
  readonly lists: readonly { readonly path: string; readonly split: string }[];
  /** Lists of other divisions of the same images, such as `train2.txt` beside `train1.txt`. */
  readonly others: readonly string[];
  /** Split by image path. An image in lists of several splits has none. */
  readonly splits: ReadonlyMap<string, string>;
  /** Images in lists of several splits. */
  readonly several: readonly string[];
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
const numberIn = (path: string): string => /(\d+)\.[^.]*$/.exec(path)?.[1] ?? '';

interface UsedList {
  readonly table: Table;
  readonly split: string;
  readonly cells: readonly string[];
}

/** The first table with a column of splits, as one list for each split. */
function partitionAmong(tables: readonly Table[], names: ReadonlySet<string>): UsedList[] | undefined {
  return tables
    .map((table) => [...(imagesBySplit(table, names) ?? [])].map(([split, cells]) => ({ table, split, cells })))
    .find((lists) => lists.length > 1);
}

/** The lists after the first division that divide other images than those before: one division for each folder. */
function besides<T extends { readonly table: Table; readonly key: string }>(
  [first, ...rest]: readonly (readonly T[])[],
  images: readonly string[],
  names: ReadonlySet<string>,
): T[] {
  if (rest.length === 0) return [];
  const imagesOf = (lists: readonly T[]): number[] =>
    lists.flatMap(({ table }) =>
      matchImages(images, imageCells(table, names) ?? [], basesOf(table, images)).rows.filter(
        (at): at is number => typeof at === 'number',
      ),
    );
  const taken = new Set(imagesOf(first ?? []));
  return rest.flatMap((lists) => {
    const own = imagesOf(lists);
    if (own.length === 0 || own.some((at) => taken.has(at))) return [];
    for (const at of own) taken.add(at);
    return [...lists];
  });
}

/**
 * Finds the lists among tables without labels. There must be lists of at least two splits in one folder. Of several
 * numbered divisions, the first is used, with those that divide other images. Without such lists, a table with a column of splits is used.
 * @param tables that name images but hold no labels
 */
export function splitLists(tables: readonly Table[], images: readonly string[]): SplitLists | null {
  const found = tables.flatMap((table) => {
    const named = splitAndSubject(table.path);
    const key = [folderOf(table.path), named?.subject, numberIn(table.path)].join('\n');
    return named === null ? [] : [{ table, split: named.split, key }];
  });
  const divisions = new Map<string, typeof found>();
  for (const one of found) divisions.set(one.key, [...(divisions.get(one.key) ?? []), one]);
  const whole = [...divisions.values()]
    .filter((lists) => new Set(lists.map(({ split }) => split)).size > 1)
    .sort(([a], [b]) => a!.key.length - b!.key.length || byCodePoint(a!.key, b!.key));
  const names = imageNames(images);
  const used = whole.length === 0 ? undefined : whole[0]!.concat(besides(whole, images, names));
  const partition = used ? undefined : partitionAmong(tables, names);
  if (!used && !partition) return null;
  const splits = new Map<string, string>();
  const several = new Set<string>();
  const lists = used
    ? withoutUnion(used).map(({ table, split }) => ({ table, split, cells: imageCells(table, names) ?? [] }))
    : partition!;
  for (const { table, split, cells } of lists) {
    for (const at of matchImages(images, cells, basesOf(table, images)).rows) {
      if (typeof at !== 'number') continue;
      const before = splits.get(images[at]!);
      if (before !== undefined && before !== split) several.add(images[at]!);
      splits.set(images[at]!, split);
    }
  }
  for (const path of several) splits.delete(path);
  return {
    lists: lists.map(({ table, split }) => ({ path: table.path, split })),
    others: found.flatMap(({ table }) => ((used ?? partition!).some((one) => one.table === table) ? [] : [table.path])),
    splits,
    several: [...several].sort(byCodePoint),
  };
}
