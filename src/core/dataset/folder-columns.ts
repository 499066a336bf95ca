/** Tables that write the folder and the name of an image in two columns. */
import { plainColumn as plain } from './column-names';
import type { TableColumn } from './class-columns';

/** A folder as names of images and cells are compared. */
export const folderKey = (cell: string): string =>
  `${cell
    .trim()
    .replace(/[\\/]+$/, '')
    .normalize('NFC')
    .toLowerCase()}/`;

const FOLDER_NAME =
  /^(folder|dir|directory|subfolder|subdir|subdirectory|dirname|foldername|imagefolder|imagedir|imgdir|imgfolder)$/;

/**
 * The table with the paths of the images where one column has their folders and another one their names. That column is
 * told by its name, or by its cells: all are names of folders with images.
 */
export function withFolders<T extends { readonly rows: readonly (readonly string[])[] }>(
  table: T,
  all: readonly TableColumn[],
  file: TableColumn,
  names: ReadonlySet<string>,
): T {
  if (file.distinct === file.filled.length || file.filled.some((cell) => /[\\/]/.test(cell))) return table;
  const whole = all.filter(({ cells, filled }) => filled.length === cells.length);
  const folder =
    whole.find(({ name }) => FOLDER_NAME.test(plain(name))) ??
    whole.find(({ filled, distinct }) => distinct > 1 && filled.every((cell) => names.has(folderKey(cell))));
  if (!folder) return table;
  const rows = table.rows.map((row) =>
    row.map((cell, at) => (at === file.at && cell.trim() !== '' ? `${row[folder.at]!.trim()}/${cell.trim()}` : cell)),
  );
  return { ...table, rows };
}
