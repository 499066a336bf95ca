/** Label tables: which columns contain files and labels, and which file a row refers to. */
import type { MatchCounts } from '../../contract/model/matching';
import { byCodePoint } from './order';
import { TABLE_ENDINGS } from './delimiter';
import type { ReadTable } from './columns';
import { addCounts, matchImages, NO_MATCHES } from './image-match';
import { baseOf, folderOf as foldersAround, plainPath, roleOfFolder, tidy, withoutAnyEnding } from './row-path';
import { LIST_ENDINGS } from './list-file';
import type { TableLabel } from './folders';
import { labelCells, type LabelForm } from './label-cells';
import { splitName, splitRole } from './split-names';
import { splitAndSubject, subjectAndSplit, tableSplit, withoutUnion } from './table-split';

/** A parsed CSV, TSV, JSON-lines, JSON or list file of the folder; `problem` says why it could not be parsed. */
export interface Table {
  /** Relative to the root. */
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** As `TextDecoder` names it; absent for UTF-8. */
  readonly encoding?: string;
  /** Lines above the header, which are not read. */
  readonly before?: readonly string[];
  /** Rows that repeat the header, which are not read. */
  readonly headers?: number;
  /** Rows with more cells than the header, which are not read: how many, and the first, counted from 1. */
  readonly wide?: { readonly count: number; readonly first: number };
  readonly problem: string | null;
  /** Whether the problem is that the file has a known format that does not give one class for each image. */
  readonly known?: boolean;
  /** Whether the rows name folders in the file, and were replaced by one for each image. */
  readonly ofFolders?: boolean;
  /** Columns that name the files together, with the name of one. */
  readonly composed?: { readonly columns: readonly string[]; readonly example: string };
  /** Rows whose names were replaced by those of files that almost all differ from them in the same way, with an example. */
  readonly renamed?: { readonly count: number; readonly from: string; readonly to: string };
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

/** The role of test images, as `splitRole` gives it. */
const TEST = 2;

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

/** Whether a table is by its name the example of a submission, whose labels are none. */
export const isExampleTable = (name: string): boolean => /(^|\/)[^/]*(submission|sample)[^/]*$/i.test(name);

/** Hugging Face's imagefolder reads labels from files with this name, and then ignores folders. */
export const METADATA_FILE = /(^|\/)metadata\.(csv|jsonl|parquet)$/;

type Usable = Omit<GroupPart, 'split'>;

/** Fewest rows of one label that are no chance. */
const FEWEST_ALIKE = 5;

const labelsOf = ({ read: { rows, found } }: Usable): string[] => [
  ...new Set(rows.map((row) => (row[found.label] ?? '').trim())),
];

/**
 * The tables of splits without those of test images that give all of them one label, while another one knows several:
 * they are forms of a submission, and the true labels are secret.
 */
function withoutForms(parts: readonly GroupPart[]): GroupPart[] {
  const isForm = (part: GroupPart): boolean => {
    const [label, ...others] = labelsOf(part);
    const isTest = part.split !== null && splitRole(part.split) === TEST && part.read.rows.length >= FEWEST_ALIKE;
    return isTest && label !== '' && others.length === 0;
  };
  const real = parts.filter((part) => !isForm(part));
  return real.some((part) => labelsOf(part).length > 1) ? real : [...parts];
}

/** Tables of the same name, one in each split folder. */
function groupsOfFolders(usable: readonly Usable[]): TableGroup[] {
  const byName = new Map<string, GroupPart[]>();
  for (const one of usable) {
    const folder = folderOf(one.table.path).slice(0, -1);
    if (folder === '' || splitRole(baseOf(folder)) === null) continue;
    const key = `${folderOf(folder)}*/${baseOf(one.table.path)}`;
    byName.set(key, [...(byName.get(key) ?? []), { ...one, split: splitName(baseOf(folder)) }]);
  }
  return [...byName].flatMap(([name, all]) => {
    const parts = withoutForms(all);
    const metadata = METADATA_FILE.test(name);
    return parts.length > 1 || metadata ? [{ name, parts, metadata }] : [];
  });
}

/**
 * Tables side by side that are named after splits: `train.csv` and `test.csv`. Tables of one subject, such as
 * `images_variant_train.txt` and `images_variant_test.txt`, stay apart from those of another.
 */
function groupsOfNames(usable: readonly Usable[]): TableGroup[] {
  return [...TABLE_ENDINGS, ...LIST_ENDINGS].flatMap((ending) => {
    const stem = ({ table }: Usable) => baseOf(table.path.slice(0, -ending.length - 1));
    const withEnding = usable.filter((one) => one.table.path.endsWith(`.${ending}`));
    const folders = new Set(withEnding.map(({ table }) => folderOf(table.path)));
    return [...folders].flatMap((folder) => {
      const inside = withEnding.filter(({ table }) => folderOf(table.path) === folder);
      const plain = inside.flatMap((one): GroupPart[] => {
        const split = tableSplit(one.table.path);
        return split === null ? [] : [{ ...one, split }];
      });
      const bySubject = new Map<string, GroupPart[]>();
      for (const one of inside) {
        const named = subjectAndSplit(one.table.path);
        if (named === null) continue;
        const others = bySubject.get(named.subject) ?? [];
        bySubject.set(named.subject, [...others, { ...one, split: tableSplit(one.table.path) ?? named.split }]);
      }
      const several = [...bySubject.values()].filter((parts) => parts.length > 1);
      const isPlain = (one: GroupPart): boolean => plain.some(({ table }) => table === one.table);
      const whole = plain.every((one) => several.flat().some(({ table }) => table === one.table));
      // `train.csv` and `test_labels.csv` belong together if neither has another partner.
      const apart = whole ? several : [plain, ...several.filter((parts) => !parts.some(isPlain))];
      return apart.flatMap((own): TableGroup[] => {
        const parts = withoutUnion(withoutForms(own));
        if (parts.length < 2) return [];
        return [{ name: `${folder}{${parts.map(stem).join(',')}}.${ending}`, parts, metadata: false }];
      });
    });
  });
}

const FOLD = /(?:^|[-_. ])((?:fold|kfold|cv|split|part|batch|chunk)[-_. ]?\d+)(?=$|[-_. ])/i;

/** Numbered tables with the same columns that name different images, such as `fold_0_data.txt` and `fold_1_data.txt`. */
function groupsOfFolds(usable: readonly Usable[]): TableGroup[] {
  const byForm = new Map<string, GroupPart[]>();
  for (const one of usable) {
    const { path, columns } = one.table;
    const fold = FOLD.exec(withoutAnyEnding(baseOf(path)))?.[1];
    if (fold === undefined || splitAndSubject(path) !== null) continue;
    const key = JSON.stringify([path.replace(fold, '#'), one.read.header ? columns : columns.length]);
    const split = /^(fold|kfold|cv|split)/i.test(fold) ? fold : null;
    byForm.set(key, [...(byForm.get(key) ?? []), { ...one, split }]);
  }
  return [...byForm.values()].flatMap((parts): TableGroup[] => {
    const files = parts.flatMap(({ read }) => [...new Set(read.rows.map((row) => row[read.found.file] ?? ''))]);
    if (parts.length < 2 || new Set(files).size < files.length) return [];
    const [{ table }] = parts as [GroupPart];
    const stems = parts.map((one) => withoutAnyEnding(baseOf(one.table.path))).join(',');
    const ending = table.path.slice(table.path.lastIndexOf('.'));
    return [{ name: `${folderOf(table.path)}{${stems}}${ending}`, parts, metadata: false }];
  });
}

/** Sheets of one workbook that are named after splits: `labels.xlsx (train)` and `labels.xlsx (test)`. */
function groupsOfSheets(usable: readonly Usable[]): TableGroup[] {
  const byFile = new Map<string, GroupPart[]>();
  for (const one of usable) {
    const [, file, sheet] = /^(.+\.\w+) \(([^()]+)\)$/.exec(one.table.path) ?? [];
    if (file === undefined || sheet === undefined || splitRole(sheet) === null) continue;
    byFile.set(file, [...(byFile.get(file) ?? []), { ...one, split: splitName(sheet) }]);
  }
  return [...byFile].flatMap(([file, all]) => {
    const parts = withoutForms(all);
    const sheets = parts.map(({ table }) => table.path.slice(file.length + 2, -1)).join(',');
    return parts.length > 1 ? [{ name: `${file} (${sheets})`, parts, metadata: false }] : [];
  });
}

/** Tables that can label images, alone or together. */
export function groupTables(given: readonly Usable[]): TableGroup[] {
  const usable = [...given].sort((a, b) => byCodePoint(a.table.path, b.table.path));
  return [
    ...groupsOfFolders(usable),
    ...groupsOfNames(usable),
    ...groupsOfSheets(usable),
    ...groupsOfFolds(usable),
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
  /** Images whose rows give different splits. They have none. */
  readonly severalSplits: readonly string[];
  /** Images whose rows give different labels. They have no label. */
  readonly contradicting: readonly Contradiction[];
  readonly forms: ReadonlySet<LabelForm>;
}

/** An image with several labels. */
export interface Contradiction {
  readonly path: string;
  /** `row`: counted from 1, without the header. */
  readonly rows: readonly { readonly table: string; readonly row: number; readonly label: string }[];
}

interface LabelRow {
  readonly cell: string;
  readonly label: TableLabel;
  /** Counted from 1, without the header. */
  readonly row: number;
}

/** The first cell of a row that adds up the others. No image has such a name without an ending. */
const TOTAL = /^(grand )?(total|sum|summe|gesamt|average|mean|anzahl|count)$/i;

function rowsOf({ read, split }: GroupPart): { rows: LabelRow[]; form: LabelForm | null } {
  const { file, also, label, split: column, splitOf } = read.found;
  const { labels, form } = labelCells(read.rows.map((row) => row[label] ?? ''));
  const rows = read.rows.flatMap((row, at) => {
    const own = column >= 0 ? (row[column] ?? '').trim() : '';
    const ofRow = own === '' || splitOf === null ? split : splitOf(own);
    return [file, ...also].flatMap((image) => {
      const cell = row[image] ?? '';
      const className = TOTAL.test(cell.trim()) ? '' : labels[at]!;
      return cell.trim() === '' ? [] : [{ cell, row: at + 1, label: { className, split: ofRow } }];
    });
  });
  return { rows, form };
}

/** The outermost folders that are named after a split. */
function splitFolders(images: readonly string[], role: number): string[] {
  const found = new Set<string>();
  for (const folder of new Set(images.map(foldersAround))) {
    const names = folder.split('/');
    const at = names.findIndex((name) => roleOfFolder(name) !== null);
    if (at >= 0 && roleOfFolder(names[at]!) === role) found.add(names.slice(0, at + 1).join('/'));
  }
  return [...found].sort(byCodePoint);
}

/**
 * Folders that the paths in a table may be relative to: the table's own folder, the folders of the split in its name,
 * and the root.
 */
export function basesOf(table: Table, images: readonly string[]): string[] {
  const own = folderOf(table.path).slice(0, -1);
  const role = roleOfFolder(withoutAnyEnding(baseOf(table.path)));
  return [...new Set([own, ...(role === null ? [] : splitFolders(images, role)), ''])];
}

/**
 * The table with the column of images that finds most of them. Several columns may write the same images: their names, which other
 * folders have too, and their paths.
 */
export function withFittingFiles(part: GroupPart, images: readonly string[]): GroupPart {
  const { rows, found } = part.read;
  const bases = basesOf(part.table, images);
  const cellsIn = (at: number): string[] => rows.map((row) => row[at] ?? '');
  const foundBy = (at: number): number =>
    matchImages(images, cellsIn(at), bases).rows.filter((row) => typeof row === 'number').length;
  const own = cellsIn(found.file);
  const others = found.files.filter(
    (at) =>
      at !== found.file &&
      !found.also.includes(at) &&
      rows.every((row, i) => baseOf(plainPath(row[at] ?? '').path) === baseOf(plainPath(own[i]!).path)),
  );
  if (others.length === 0) return part;
  const [best] = [found.file, ...others]
    .map((at) => ({ at, count: foundBy(at) }))
    .sort((one, other) => other.count - one.count);
  return { ...part, read: { ...part.read, found: { ...found, file: best!.at } } };
}

/** Gives each image the label of its row. An image gets no label if its rows contradict each other. */
export function readTables(group: TableGroup, images: readonly string[]): TableReading {
  const labels = new Map<string, TableLabel>();
  const missing = new Map<string, TableLabel & { path: string }>();
  const said = new Map<string, Contradiction['rows'][number][]>();
  const contradicting = new Set<string>();
  const severalSplits = new Set<string>();
  let repeated = 0;
  let empty = 0;
  const forms = new Set<LabelForm>();
  let matches: MatchCounts | null = null;
  for (const part of group.parts) {
    const { table } = part;
    const { rows, form } = rowsOf(part);
    if (form !== null) forms.add(form);
    const found = matchImages(
      images,
      rows.map(({ cell }) => cell),
      basesOf(table, images),
    );
    matches = addCounts(matches, found.counts);
    for (const [i, { cell, label, row }] of rows.entries()) {
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
      said.set(path, [...(said.get(path) ?? []), { table: table.path, row, label: label.className }]);
      if (before === undefined) labels.set(path, label);
      else if (before.className === label.className) {
        repeated += 1;
        if (before.split !== label.split && before.split !== null && label.split !== null) severalSplits.add(path);
      } else contradicting.add(path);
    }
  }
  for (const path of severalSplits) labels.set(path, { ...labels.get(path)!, split: null });
  for (const path of contradicting) labels.delete(path);
  return {
    labels,
    missing: [...missing.values()],
    matches: matches ?? NO_MATCHES,
    repeated,
    empty,
    severalSplits: [...severalSplits].filter((path) => labels.has(path)).sort(byCodePoint),
    contradicting: [...contradicting].sort(byCodePoint).map((path) => ({ path, rows: said.get(path) ?? [] })),
    forms,
  };
}
