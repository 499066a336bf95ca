/** Folders without images that may be classes without images. */
import type { readColumns } from './columns';
import type { FolderListing } from './layout-types';
import { baseOf, withoutAnyEnding, withoutEnding } from './row-path';
import type { Table } from './table';

/** The folders that hold neither tables or lists of images nor files of single images. */
export function emptyClassFolders(
  { images, emptyFolders, others = [] }: FolderListing,
  reads: ReadonlyMap<Table, ReturnType<typeof readColumns>>,
): string[] {
  if (emptyFolders.length === 0) return [];
  const stems = new Set(images.map((path) => withoutEnding(baseOf(path))));
  const about = [
    ...[...reads].flatMap(([{ path }, read]) => (read === 'no-image' ? [] : [path])),
    ...others.filter((path) => stems.has(withoutAnyEnding(baseOf(path)))),
  ];
  return emptyFolders.filter((folder) => !about.some((path) => path.startsWith(`${folder}/`)));
}
