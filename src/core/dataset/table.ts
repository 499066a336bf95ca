/** Label tables: which columns contain files and labels, and which file a row refers to. */
import type { MatchCounts } from '../../contract/model/matching';
import { byCodePoint } from './order';
import { TABLE_ENDINGS } from './delimiter';
import type { ReadTable } from './columns';
import { addCounts, matchImages, NO_MATCHES } from './image-match';
import { baseOf, plainPath, roleOfFolder, tidy } from './row-path';
import { LIST_ENDINGS } from './list-file';
import type { TableLabel } from './folders';
import { splitName, splitRole } from './split-names';

/** A parsed CSV, TSV, JSON-lines, JSON or list file of the folder; `problem` says why it could not be parsed. */
export interface Table {
  /** Relative to the root. */
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** As `TextDecoder` names it; absent for UTF-8. */
  readonly encoding?: string;
  readonly problem: string | null;
}

/** A table of a group, with its columns. */
export interface GroupPart {
  readonly table: Table;
  readonly read: ReadTable;
  readonly split: string | null;
}

/** One table, or several tables that label the data set together. */
export interface TableGroup {
  /**
   * The name in the layout: `labels.csv`; `{train,test}.csv` for several tables; `*` / `metadata.csv` for one in each
   * split folder.
   */
  readonly name: string;
  readonly parts: readonly GroupPart[];
  /** Hugging Face's own format. Its loader ignores folder labels if it is present. */
  readonly metadata: boolean;
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);
const stemOf = (base: string) => (base.lastIndexOf('.') > 0 ? base.slice(0, base.lastIndexOf('.')) : base);

/** Hugging Face's imagefolder reads labels from files with this name, and then ignores folders. */
export const METADATA_FILE = /(^|\/)metadata\.(csv|jsonl|parquet)$/;

type Usable = Omit<GroupPart, 'split'>;

/** Tables of the same name, one in each split folder. */
function groupsOfFolders(usable: readonly Usable[]): TableGroup[] {
  const byName = new Map<string, GroupPart[]>();
  for (const one of usable) {
    const folder = folderOf(one.table.path).slice(0, -1);
    if (folder === '' || splitRole(baseOf(folder)) === null) continue;
    const key = `${folderOf(folder)}*/${baseOf(one.table.path)}`;
    byName.set(key, [...(byName.get(key) ?? []), { ...one, split: splitName(baseOf(folder)) }]);
  }
  return [...byName].flatMap(([name, parts]) => {
    const metadata = METADATA_FILE.test(name);
    return parts.length > 1 || metadata ? [{ name, parts, metadata }] : [];
  });
}

/** Tables side by side that are named after splits: `train.csv` and `test.csv`. */
function groupsOfNames(usable: readonly Usable[]): TableGroup[] {
  return [...TABLE_ENDINGS, ...LIST_ENDINGS].flatMap((ending) => {
    const stem = ({ table }: Usable) => table.path.slice(0, -ending.length - 1);
    const parts = usable.filter((one) => one.table.path.endsWith(`.${ending}`) && splitRole(stem(one)) !== null);
    if (parts.length < 2) return [];
    return [
      {
        name: `{${parts.map(stem).join(',')}}.${ending}`,
        parts: parts.map((one) => ({ ...one, split: splitName(stem(one)) })),
        metadata: false,
      },
    ];
  });
}

/** Tables that can label images, alone or together. */
export function groupTables(given: readonly Usable[]): TableGroup[] {
  const usable = [...given].sort((a, b) => byCodePoint(a.table.path, b.table.path));
  return [
    ...groupsOfFolders(usable),
    ...groupsOfNames(usable),
    ...usable.map((one) => ({
      name: one.table.path,
      parts: [{ ...one, split: null }],
      metadata: METADATA_FILE.test(one.table.path),
    })),
  ];
}

export interface TableReading {
  /** By image path. */
  readonly labels: ReadonlyMap<string, TableLabel>;
  /** Files that are named in rows but are not in the folder. */
  readonly missing: readonly (TableLabel & { readonly path: string })[];
  /** How the rows of all tables were matched with images. */
  readonly matches: MatchCounts;
  /** Rows that repeat an image with the same label. */
  readonly repeated: number;
  /** Rows without a label: an empty cell, or not exactly one 1 in the columns of the classes. */
  readonly empty: number;
  /** Images whose rows give different labels. They have no label. */
  readonly contradicting: readonly string[];
}

interface LabelRow {
  readonly cell: string;
  readonly label: TableLabel;
}

function rowsOf({ read, split }: GroupPart): LabelRow[] {
  const { file, label, split: column } = read.found;
  return read.rows.flatMap((row) => {
    const cell = row[file] ?? '';
    if (cell.trim() === '') return [];
    const own = column >= 0 ? (row[column] ?? '').trim() : '';
    return [{ cell, label: { className: (row[label] ?? '').trim(), split: own === '' ? split : splitName(own) } }];
  });
}

/**
 * Folders that the paths in a table may be relative to: the table's own folder, the folders of the split in its name,
 * and the root.
 */
function basesOf(table: Table, images: readonly string[]): string[] {
  const own = folderOf(table.path).slice(0, -1);
  const role = roleOfFolder(stemOf(baseOf(table.path)));
  const tops = new Set(images.flatMap((path) => (path.includes('/') ? [path.slice(0, path.indexOf('/'))] : [])));
  const ofSplit = role === null ? [] : [...tops].filter((top) => roleOfFolder(top) === role).sort(byCodePoint);
  return [...new Set([own, ...ofSplit, ''])];
}

/** Gives each image the label of its row. An image gets no label if its rows contradict each other. */
export function readTables(group: TableGroup, images: readonly string[]): TableReading {
  const labels = new Map<string, TableLabel>();
  const missing = new Map<string, TableLabel & { path: string }>();
  const contradicting = new Set<string>();
  let repeated = 0;
  let empty = 0;
  let matches: MatchCounts | null = null;
  for (const part of group.parts) {
    const { table } = part;
    const rows = rowsOf(part);
    const found = matchImages(
      images,
      rows.map(({ cell }) => cell),
      basesOf(table, images),
    );
    matches = addCounts(matches, found.counts);
    for (const [i, { cell, label }] of rows.entries()) {
      const at = found.rows[i]!;
      if (label.className === '') {
        empty += 1;
        continue;
      }
      if (at === 'missing') {
        const path = tidy(folderOf(table.path) + plainPath(cell).path);
        missing.set(path, { ...label, path });
      }
      if (typeof at !== 'number') continue;
      const path = images[at]!;
      const before = labels.get(path);
      if (before === undefined) labels.set(path, label);
      else if (before.className === label.className) repeated += 1;
      else contradicting.add(path);
    }
  }
  for (const path of contradicting) labels.delete(path);
  return {
    labels,
    missing: [...missing.values()],
    matches: matches ?? NO_MATCHES,
    repeated,
    empty,
    contradicting: [...contradicting].sort(byCodePoint),
  };
}
