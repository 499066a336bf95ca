/** How a folder can be read as a labelled data set, judged from its listing alone. */
import { counted } from '../text/numbers';
import type { Layout, LayoutKind } from '../../contract/model/dataset';
import { byCodePoint, orderSplits, splitRole } from './order';
import { groupTables, readTables, splitName, type Table, type TableGroup, type TableLabel } from './table';

/** Relative paths, `/`-separated. */
export interface FolderListing {
  /** Files with image content or an image extension. */
  readonly images: readonly string[];
  /** Folders that contain neither folders nor images. */
  readonly emptyFolders: readonly string[];
  readonly tables: readonly Table[];
}

/** How one layout labels the listing. */
export interface Reading {
  readonly layout: Layout;
  /** Label by image path. Images without a label are absent. */
  readonly labels: ReadonlyMap<string, TableLabel>;
  readonly missing: readonly (TableLabel & { readonly path: string })[];
  readonly emptyClasses: readonly { readonly className: string; readonly split: string | null }[];
}

/** The label that a folder path gives its images, or null if it gives none. */
function labelOfFolders(kind: 'class-folders' | 'split-class-folders', folders: readonly string[]): TableLabel | null {
  if (kind === 'class-folders') return folders.length > 0 ? { className: folders.join('/'), split: null } : null;
  const [first, ...rest] = folders;
  if (first === undefined || rest.length === 0 || splitRole(first) === null) return null;
  return { className: rest.join('/'), split: splitName(first) };
}

function classesAndSplits(labels: Iterable<TableLabel>): { classes: string[]; splits: string[] } {
  const classes = new Set<string>();
  const splits = new Set<string>();
  for (const label of labels) {
    classes.add(label.className);
    if (label.split !== null) splits.add(label.split);
  }
  return { classes: [...classes].sort(byCodePoint), splits: orderSplits([...splits]) };
}

function sentenceOf(
  kind: LayoutKind,
  table: string | null,
  labels: ReadonlyMap<string, TableLabel>,
  empty: Reading['emptyClasses'] = [],
): string {
  const { classes: filled, splits } = classesAndSplits(labels.values());
  const classes = [...new Set([...filled, ...empty.map(({ className }) => className)])];
  const bySplit = splits.length > 0 ? `${splits.join(', ')} × ` : '';
  switch (kind) {
    case 'class-folders':
      return `Read as class folders: ${counted(classes.length, 'class', 'classes')}`;
    case 'split-class-folders':
      return `Read as split/class folders: ${bySplit}${counted(classes.length, 'class', 'classes')}`;
    case 'table':
      return `Read as images labelled by ${table ?? ''}: ${bySplit}${counted(classes.length, 'class', 'classes')}`;
  }
}

function readFolders(kind: 'class-folders' | 'split-class-folders', listing: FolderListing): Reading {
  const labels = new Map<string, TableLabel>();
  const byFolder = new Map<string, TableLabel | null>();
  for (const path of listing.images) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    let label = byFolder.get(folder);
    if (label === undefined)
      byFolder.set(folder, (label = labelOfFolders(kind, folder === '' ? [] : folder.split('/'))));
    if (label) labels.set(path, label);
  }
  const emptyClasses = listing.emptyFolders.flatMap((folder) => labelOfFolders(kind, folder.split('/')) ?? []);
  return {
    layout: { kind, table: null, sentence: sentenceOf(kind, null, labels, emptyClasses) },
    labels,
    missing: [],
    emptyClasses,
  };
}

function readGroup(group: TableGroup, listing: FolderListing): Reading {
  const { labels, missing } = readTables(group, listing.images);
  return {
    layout: { kind: 'table', table: group.name, sentence: sentenceOf('table', group.name, labels) },
    labels,
    missing,
    emptyClasses: [],
  };
}

/** 0 is best. Ties keep the order in which readings are made: tables, split folders, class folders. */
function rank(reading: Reading, group: TableGroup | null, listing: FolderListing): number {
  const top = new Set(
    listing.images.filter((path) => path.includes('/')).map((path) => path.slice(0, path.indexOf('/'))),
  );
  const deep = listing.images.some((path) => path.split('/').length > 2);
  const splitFolders = [...top].filter((name) => splitRole(name) !== null);
  if (group) {
    // The table is used if folders cannot tell classes apart: all images in one folder, or directly in train/ and
    // test/.
    const foldersTellClasses = top.size > 1 && !(splitFolders.length > 0 && !deep);
    if (group.metadata || !foldersTellClasses) return group.parts.length > 1 ? 0 : 1;
    return 5;
  }
  if (reading.layout.kind === 'split-class-folders')
    return splitFolders.length > 1 || splitFolders.length === top.size ? 2 : 4;
  return 3;
}

/**
 * Every reading that labels at least one image, the most likely first. Empty if there is none.
 * Nested class folders are joined with `/`; split folders are recognized by name, ignoring case.
 */
export function readings(listing: FolderListing): Reading[] {
  const groups = groupTables(listing.tables);
  const all = [
    ...groups.map((group) => ({ group, reading: readGroup(group, listing) })),
    { group: null, reading: readFolders('split-class-folders', listing) },
    { group: null, reading: readFolders('class-folders', listing) },
  ];
  return all
    .filter(({ reading }) => reading.labels.size > 0)
    .map(({ group, reading }) => ({ reading, rank: rank(reading, group, listing) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ reading }) => reading);
}
