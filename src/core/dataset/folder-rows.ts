/** Tables whose rows name folders of images, such as `train/patient1/study1_positive/` of MURA. */
import { folderOf } from './row-path';
import type { Table } from './table';

const FOLDER = /[^\\/][\\/]$/;
/** Fewer folders at the end of a path may be elsewhere too. */
const FEWEST_SHARED = 2;

/** The images in each folder, by every end of its path of at least two folders; null for an end of several folders. */
function imagesByEnd(images: readonly string[]): ReadonlyMap<string, readonly string[] | null> {
  const found = new Map<string, { readonly folder: string; readonly images: string[] } | null>();
  for (const image of images) {
    const folder = folderOf(image);
    const names = folder.split('/');
    for (let from = 0; from + FEWEST_SHARED <= names.length; from += 1) {
      const end = names.slice(from).join('/');
      const before = found.get(end);
      if (before === undefined) found.set(end, { folder, images: [image] });
      else if (before?.folder === folder) before.images.push(image);
      else found.set(end, null);
    }
  }
  return new Map([...found].map(([end, one]) => [end, one?.images ?? null]));
}

/**
 * The table with one row for each image of the folders that its rows name; the same table if no column has only folders,
 * with a slash at the end.
 * @param images of the data set
 */
export function withFolderImages(table: Table, images: readonly string[]): Table {
  const { columns, rows, problem } = table;
  if (problem !== null || rows.length === 0) return table;
  const at = columns.findIndex((_, place) => rows.every((row) => FOLDER.test(row[place] ?? '')));
  if (at < 0) return table;
  const header = !FOLDER.test(columns[at]!);
  const ends = imagesByEnd(images);
  const inside = (cell: string): readonly string[] => {
    const names = cell
      .replaceAll('\\', '/')
      .replace(/^[./]+|\/+$/g, '')
      .split('/');
    for (let from = 0; from + FEWEST_SHARED <= names.length; from += 1) {
      const found = ends.get(names.slice(from).join('/'));
      if (found !== undefined) return found ?? [];
    }
    return [];
  };
  const all = (header ? rows : [columns, ...rows]).flatMap((row) => {
    const found = inside(row[at]!);
    return found.length === 0 ? [row] : found.map((image) => row.map((cell, place) => (place === at ? image : cell)));
  });
  return {
    ...table,
    columns: header ? columns : columns.map((_, place) => `column ${place + 1}`),
    rows: all,
    ofFolders: true,
  };
}
