/** Files that belong to one image each, such as the boxes of YOLO, Pascal VOC and LabelMe. They are not read. */

import { isListName } from './list-file';
import { baseOf, hasEnding } from './row-path';

/** What such files are, by ending. */
const SIDECAR_ENDINGS = ['txt', 'xml', 'json'] as const;

interface Sidecars {
  readonly ending: string;
  /** Images with such a file. */
  readonly count: number;
  readonly example: string;
}

const FEWEST = 5;
/** The name without what SuperAnnotate adds to it: `1.jpg___objects`. */
export const withoutTool = (stem: string): string => stem.replace(/___(objects|pixel)$/, '');

/** The name of the image in that of its file, which may say more: `1.jpg.supplemental-metadata.json` of Google Photos. */
function ownerOf(path: string): string {
  const stem = withoutTool(stemOf(path));
  const inner = stem.replace(/\.[^.]*$/, '');
  return inner !== stem && hasEnding(inner) ? inner : stem;
}
const stemOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');

/** Kinds of files of which at least half of the images have one with their own name, wherever it is. */
export function sidecars(images: readonly string[], others: readonly string[]): Sidecars[] {
  return SIDECAR_ENDINGS.flatMap((ending) => {
    const files = new Map(others.filter((path) => path.endsWith(`.${ending}`)).map((path) => [ownerOf(path), path]));
    if (files.size < FEWEST) return [];
    const fileOf = (path: string): string | undefined => files.get(stemOf(path)) ?? files.get(baseOf(path));
    const named = images.filter((path) => fileOf(path) !== undefined);
    if (named.length < FEWEST || named.length * 2 < images.length) return [];
    return [{ ending, count: named.length, example: fileOf(named[0]!)! }];
  });
}

/** The tables without the lists that belong to one image each. */
export function withoutSidecars<T extends { readonly path: string }>({
  images,
  tables,
}: {
  readonly images: readonly string[];
  readonly tables: readonly T[];
}): T[] {
  // Supervisely keeps the ending of the image: 1.jpg.json.
  const names = new Set(images.flatMap((path) => [stemOf(path), baseOf(path)]));
  return tables.filter(({ path }) => !isListName(path) || !names.has(ownerOf(path)));
}
