/** Label tables: which columns contain files and labels, and which file a row refers to. */
import type { MatchCounts } from '../../contract/model/matching';
import { byCodePoint } from './order';
import { TABLE_ENDINGS } from './delimiter';
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
  readonly problem: string | null;
}

/** One table, or several tables that label the data set together. */
export interface TableGroup {
  /**
   * The name in the layout: `labels.csv`; `{train,test}.csv` for several tables; `*` / `metadata.csv` for one in each
   * split folder.
   */
  readonly name: string;
  readonly parts: readonly { readonly table: Table; readonly split: string | null }[];
  /** Hugging Face's own format. Its loader ignores folder labels if it is present. */
  readonly metadata: boolean;
}

export interface Columns {
  readonly file: number;
  readonly label: number;
  /** −1 if the table has none. */
  readonly split: number;
}

const FILE_NAMES = [
  'filename',
  'filepath',
  'imagepath',
  'imagename',
  'imagefile',
  'imgpath',
  'imgname',
  'file',
  'path',
  'image',
  'img',
  'imageid',
  'id',
];
const LABEL_NAMES = ['label', 'labelname', 'class', 'classname', 'category', 'categoryname', 'target', 'labels'];
const SPLIT_NAMES = ['split', 'subset', 'partition', 'set'];

/** The first of `names` that is a column, in order of preference; −1 if none is a column. */
function find(columns: readonly string[], names: readonly string[]): number {
  const plain = columns.map((column) => column.toLowerCase().replace(/[^a-z]/g, ''));
  for (const name of names) {
    const at = plain.indexOf(name);
    if (at >= 0) return at;
  }
  return -1;
}

/** Null if the table has no file column or no label column. */
export function columnsOf(table: Table): Columns | null {
  const found = {
    file: find(table.columns, FILE_NAMES),
    label: find(table.columns, LABEL_NAMES),
    split: find(table.columns, SPLIT_NAMES),
  };
  return found.file >= 0 && found.label >= 0 && found.file !== found.label ? found : null;
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);
const stemOf = (base: string) => (base.lastIndexOf('.') > 0 ? base.slice(0, base.lastIndexOf('.')) : base);

/** Tables that can label images, alone or together. */
export function groupTables(tables: readonly Table[]): TableGroup[] {
  const usable = tables
    .filter((table) => table.problem === null && columnsOf(table) !== null)
    .sort((a, b) => byCodePoint(a.path, b.path));
  const groups: TableGroup[] = [];
  for (const base of ['metadata.csv', 'metadata.jsonl']) {
    const parts = usable.filter(
      (table) =>
        baseOf(table.path) === base &&
        /^[^/]+\/[^/]+$/.test(table.path) &&
        splitRole(folderOf(table.path).slice(0, -1)) !== null,
    );
    if (parts.length > 0)
      groups.push({
        name: `*/${base}`,
        parts: parts.map((table) => ({ table, split: splitName(folderOf(table.path).slice(0, -1)) })),
        metadata: true,
      });
  }
  for (const ending of [...TABLE_ENDINGS, ...LIST_ENDINGS]) {
    const stem = (table: Table) => table.path.slice(0, -ending.length - 1);
    const parts = usable.filter((table) => table.path.endsWith(`.${ending}`) && splitRole(stem(table)) !== null);
    if (parts.length > 1)
      groups.push({
        name: `{${parts.map(stem).join(',')}}.${ending}`,
        parts: parts.map((table) => ({ table, split: splitName(stem(table)) })),
        metadata: false,
      });
  }
  for (const table of usable)
    groups.push({
      name: table.path,
      parts: [{ table, split: null }],
      metadata: /(^|\/)metadata\.(csv|jsonl)$/.test(table.path),
    });
  return groups;
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
  /** Images whose rows give different labels. They have no label. */
  readonly contradicting: readonly string[];
}

interface LabelRow {
  readonly cell: string;
  readonly label: TableLabel;
}

function rowsOf(table: Table, columns: Columns, split: string | null): LabelRow[] {
  return table.rows.flatMap((row) => {
    const cell = row[columns.file] ?? '';
    const className = (row[columns.label] ?? '').trim();
    if (cell.trim() === '' || className === '') return [];
    const own = columns.split >= 0 ? (row[columns.split] ?? '').trim() : '';
    return [{ cell, label: { className, split: own === '' ? split : splitName(own) } }];
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
  let matches: MatchCounts | null = null;
  for (const { table, split } of group.parts) {
    const columns = columnsOf(table);
    if (!columns) continue;
    const rows = rowsOf(table, columns, split);
    const found = matchImages(
      images,
      rows.map(({ cell }) => cell),
      basesOf(table, images),
    );
    matches = addCounts(matches, found.counts);
    for (const [i, { cell, label }] of rows.entries()) {
      const at = found.rows[i]!;
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
    contradicting: [...contradicting].sort(byCodePoint),
  };
}
