/** Folders without images that may be classes without images. */
import { readColumns } from './columns';
import type { FolderListing } from './layout-types';
import { baseOf, withoutEnding } from './row-path';
import type { Table } from './table';

const stemOf = (path: string): string => baseOf(path).replace(/(?<=.)\.[^.]*$/, '');

/** The folders that hold neither tables or lists of images nor files of single images. */
export function emptyClassFolders(
  { images, emptyFolders, others = [] }: FolderListing,
  tables: readonly Table[],
  names: ReadonlySet<string>,
): string[] {
  if (emptyFolders.length === 0) return [];
  const stems = new Set(images.map((path) => withoutEnding(baseOf(path))));
  const about = [
    ...tables
      .filter((table) => table.problem === null && readColumns(table, names) !== 'no-image')
      .map(({ path }) => path),
    ...others.filter((path) => stems.has(stemOf(path))),
  ];
  return emptyFolders.filter((folder) => !about.some((path) => path.startsWith(`${folder}/`)));
}
