/** Label tables: which columns contain files and labels, and which file a row refers to. */
import { byCodePoint, splitRole } from './order';
import { TABLE_ENDINGS } from './delimiter';

/** A parsed CSV, TSV or JSON-lines file of the folder; `problem` says why it could not be parsed. */
export interface Table {
  /** Relative to the root. */
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly problem: string | null;
}

/** One table, or several tables that label the data set together. */
export interface TableGroup {
  /** Name in the layout: `labels.csv`, `{train,test}.csv`, or `*` / `metadata.csv` for one in each split folder. */
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

/** The first of `names`, in order of preference, that is a column; −1 if there is no such column. */
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

/** train, val and test for their usual spellings; other names are unchanged. */
export function splitName(name: string): string {
  const role = splitRole(name.trim());
  return role === null ? name.trim() : (['train', 'val', 'test'] as const)[role];
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);
const baseOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
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
  for (const ending of TABLE_ENDINGS) {
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

export interface TableLabel {
  readonly className: string;
  readonly split: string | null;
}

export interface TableReading {
  /** By image path. */
  readonly labels: ReadonlyMap<string, TableLabel>;
  /** Files that are named in rows but are not in the folder. */
  readonly missing: readonly (TableLabel & { readonly path: string })[];
}

/** Path by name if only one image has the name; null if several have it. */
function uniqueNames(images: readonly string[], nameOf: (path: string) => string): Map<string, string | null> {
  const names = new Map<string, string | null>();
  for (const path of images) {
    const name = nameOf(path);
    names.set(name, names.has(name) ? null : path);
  }
  return names;
}

/**
 * Gives each image the label of its row. A file cell is tried as a path from the table's folder, a path from the root,
 * a file name, and a file name without extension, in this order; the last two only if they are unique.
 */
export function readTables(group: TableGroup, images: readonly string[]): TableReading {
  const known = new Set(images);
  const bases = uniqueNames(images, baseOf);
  const stems = uniqueNames(images, (path) => stemOf(baseOf(path)));
  const labels = new Map<string, TableLabel>();
  const missing = new Map<string, TableLabel & { path: string }>();
  for (const { table, split } of group.parts) {
    const columns = columnsOf(table);
    if (!columns) continue;
    const folder = folderOf(table.path);
    for (const row of table.rows) {
      const cell = (row[columns.file] ?? '')
        .trim()
        .replaceAll('\\', '/')
        .replace(/^(\.?\/)+/, '');
      const className = (row[columns.label] ?? '').trim();
      if (cell === '' || className === '') continue;
      const ownSplit = columns.split >= 0 ? (row[columns.split] ?? '').trim() : '';
      const label = { className, split: ownSplit === '' ? split : splitName(ownSplit) };
      const base = baseOf(cell);
      const path = known.has(folder + cell)
        ? folder + cell
        : known.has(cell)
          ? cell
          : (bases.get(base) ?? stems.get(base));
      if (path === undefined || path === null) missing.set(folder + cell, { ...label, path: folder + cell });
      else labels.set(path, label);
    }
  }
  return { labels, missing: [...missing.values()] };
}
