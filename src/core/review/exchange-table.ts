/** Reads decisions from tables. */
import { plainName } from '../dataset/column-names';
import { quoted } from '../text/names';
import { wideRows, withoutTitle } from '../dataset/title-rows';
import { hasEnding } from '../dataset/row-path';
import { unguarded } from '../text/csv';
import {
  asRecord,
  KIND_NAMES,
  NEW_LABEL_NAMES,
  NOTE_NAMES,
  PATH_NAMES,
  TAG_NAMES,
  texts,
  toRow,
  type ExchangeRow,
} from './exchange-row';
import { tagsOfText } from './remarks';

/** Columns of yes and no, and the decision that yes and no mean. */
const FLAGS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  keep: ['keep', 'exclude'],
  exclude: ['exclude', ''],
  remove: ['exclude', ''],
  delete: ['exclude', ''],
  drop: ['exclude', ''],
  discard: ['exclude', ''],
};
const YES = /^(1|1\.0|true|yes|y|x)$/i;
const NO = /^(0|0\.0|false|no|n)?$/i;
/** Label columns that say what an image was before. Only a column for new labels is a decision beside suggestions. */
const PLAIN_LABELS: readonly string[] = ['label', 'class', 'classname', 'category', 'groundtruthlabel'];
/** Columns of tools that list suspected labels or copies. */
const SUGGESTIONS =
  /^(islabelissue|labelissue|islabelerror|labelquality|labelscore|suggestedlabel|predictedlabel|prediction|pred|distance|score|confidence|probability)$/;
const GIVEN_NAMES = [
  'given',
  'old',
  'givenlabel',
  'oldlabel',
  'oldclass',
  'originallabel',
  'currentlabel',
  'previouslabel',
];

/** Columns of the decisions that this app writes, in every version. */
const EARLIER_COLUMNS: readonly string[] = ['path', 'decision', 'given', 'at', 'sha256', 'reason'];

/** If an image has several choices, Label Studio writes them as JSON into one cell. */
function labelsOf(cell: string): string[] {
  if (!/^\s*[[{]/.test(cell)) return [cell];
  try {
    const value: unknown = JSON.parse(cell);
    const found = texts(Array.isArray(value) ? value : asRecord(value)['choices']);
    return found.length > 0 ? found : [cell];
  } catch {
    return [cell];
  }
}

/** The column of yes and no that says a decision, and its decision for a cell. */
function flagColumn(header: readonly string[], body: readonly (readonly string[])[]): number {
  return header.findIndex(
    (name, at) =>
      name in FLAGS && body.every((row) => YES.test((row[at] ?? '').trim()) || NO.test((row[at] ?? '').trim())),
  );
}

/** The only column of which every cell is the name of an image file, for headers in other languages; −1 for none. */
function columnOfFiles(width: number, body: readonly (readonly string[])[]): number {
  const found = Array.from({ length: width }, (_, at) => at).filter(
    (at) => body.length > 0 && body.every((row) => hasEnding(unguarded((row[at] ?? '').trim()))),
  );
  return found.length === 1 ? found[0]! : -1;
}

/** @throws RangeError if the table has no decisions, with what it has instead */
function checkColumns(
  names: readonly string[],
  found: { path: number; decides: boolean; suggests: number; remarks: boolean },
): void {
  const { path, decides, suggests, remarks } = found;
  if (suggests >= 0 && !decides)
    throw new RangeError(
      `The table lists suspected images (column ${quoted(names[suggests] ?? '')}) and no decisions: add a column “decision” with keep, relabel, exclude or unsure, or a column “new_label”${path < 0 ? ', and a column “path”' : ''}.`,
    );
  if (path >= 0 && (decides || remarks)) return;
  if (names.length === 1 && (path >= 0 || /\.[a-z]{3,4}$/i.test(names[0] ?? '')))
    throw new RangeError(
      'The file lists images without a decision: write the first line “path,decision” and a decision after each image, for example “exclude”.',
    );
  throw new RangeError(
    `The first line must name a path column (path, filename, file or image) and a column of labels, decisions, tags or notes; it has: ${names.join(', ')}.`,
  );
}

/**
 * Reads the rows of a table. The header (in any case) must name a path column and a column of labels, decisions, tags or
 * notes. A column of yes and no called keep, remove or similar is a decision. A table of two columns without a header is read as path
 * and label if its first cell is the name of an image file.
 * @throws RangeError with a sentence if these columns are missing
 */
export function readExchangeTable(records: readonly (readonly string[])[]): ExchangeRow[] {
  const { rows: all } = withoutTitle(records);
  const first = (all[0] ?? []).map((name) => unguarded(name.trim()));
  const headless = first.length === 2 && /\.[a-z]{3,4}$/i.test(first[0] ?? '');
  const header = (headless ? ['path', 'label'] : first).map(plainName);
  const body = all.slice(headless ? 0 : 1);
  const column = (names: readonly string[]): number =>
    names.map((name) => header.indexOf(name)).find((at) => at >= 0) ?? -1;
  const [pathNamed, label, named, sha256, given, tags, noted] = [
    PATH_NAMES,
    NEW_LABEL_NAMES,
    KIND_NAMES,
    ['sha256'],
    GIVEN_NAMES,
    TAG_NAMES,
    NOTE_NAMES,
  ].map(column) as [number, number, number, number, number, number, number];
  const path = pathNamed < 0 ? columnOfFiles(header.length, body) : pathNamed;
  // In the decisions of older versions, the note is a comment of the app on the decision.
  const note = tags < 0 && EARLIER_COLUMNS.every((name) => header.includes(name)) ? -1 : noted;
  const flag = named < 0 ? flagColumn(header, body) : -1;
  const newLabel = label >= 0 && !PLAIN_LABELS.includes(header[label]!);
  // Beside a column of new labels, a plain one says what the image had.
  const was = given < 0 && newLabel ? column(PLAIN_LABELS) : given;
  const suggests = header.findIndex((name) => SUGGESTIONS.test(name));
  checkColumns(first, {
    path,
    decides: named >= 0 || flag >= 0 || newLabel || (label >= 0 && suggests < 0),
    suggests,
    remarks: tags >= 0 || note >= 0,
  });
  const at = (record: readonly string[], index: number): string => (index < 0 ? '' : unguarded(record[index] ?? ''));
  const word = (record: readonly string[]): string => {
    if (flag < 0) return at(record, named);
    const [yes, no] = FLAGS[header[flag]!]!;
    return YES.test(at(record, flag).trim()) ? yes : no;
  };
  const wide = new Set(wideRows(header, body));
  return body.map((record, row) => {
    // Beside a column of yes and no, a label is the one that the image has.
    const labels = flag >= 0 && !newLabel ? [] : labelsOf(at(record, label));
    const read = toRow(
      {
        path: at(record, path),
        labels,
        word: word(record),
        sha256: at(record, sha256),
        given: at(record, was),
        tags: tagsOfText(at(record, tags)),
        note: at(record, note),
      },
      row,
    );
    return wide.has(row) ? { ...read, problem: 'has more cells than the first line' } : read;
  });
}
