/** Listings of folders in tests, and what they are read as in one line. */
import type { FolderListing, Reading } from '../../../../src/core/dataset/layout-types';
import type { Table } from '../../../../src/core/dataset/table';

/** `count` images in a folder: `cats/0.jpg`, `cats/1.jpg`, … */
export const some = (folder: string, count: number, name: (at: number) => string = (at) => `${at}.jpg`): string[] =>
  Array.from({ length: count }, (_, at) => `${folder}/${name(at)}`);

export function table(path: string, columns: readonly string[], rows: readonly (readonly string[])[]): Table {
  return { path, columns, rows, problem: null };
}

export const rowsOf = (
  count: number,
  name: (at: number) => string,
  label: (at: number) => string = (at) => (at % 2 === 0 ? 'a' : 'b'),
) => Array.from({ length: count }, (_, at) => [name(at), label(at)]);

/** Kind, splits and classes in one line, for example `split-class-folders train,test: cat dog +3`. */
export function summary({ layout, labels, missing }: Reading, images: readonly string[]): string {
  const of = (key: 'className' | 'split') =>
    [...new Set([...labels.values()].map((label) => label[key]))].filter((name) => name !== null).sort();
  const without = images.length - labels.size;
  return [
    `${layout.kind}${layout.table === null ? '' : ` ${layout.table}`}`,
    of('split').length > 0 ? ` ${of('split').join(',')}` : '',
    `: ${of('className').join(' ')}`,
    without > 0 ? ` -${without}` : '',
    missing.length > 0 ? ` missing ${missing.length}` : '',
  ].join('');
}

export interface Case {
  readonly images: readonly string[];
  readonly tables?: readonly Table[];
  /** Null if no reading is likely. */
  readonly expected: string | null;
}

export const listingOf = ({ images, tables = [] }: Omit<Case, 'expected'>): FolderListing => ({
  images,
  tables,
  emptyFolders: [],
});
