/** Decisions as a file that other tools can write and read: CSV, or JSON in the format of Label Studio. */
import type { Act, ActKind, DecisionsFormat } from '../../contract/model/review';
import { labelSchema } from '../../contract/model/review';
import { counted } from '../text/numbers';
import { byCodePoint } from '../dataset/order';
import { csvLine, unguarded } from '../text/csv';
import type { ReviewImage } from './binding';
import type { BoundDecision } from './log';

/** One decision read from a file and not yet matched to an image. */
export interface ExchangeRow {
  readonly path: string;
  readonly sha256: string | null;
  /**
   * Null if the file does not say. Then a label different from the given one means relabel, and an equal one means
   * keep.
   */
  readonly kind: ActKind | null;
  readonly label: string | null;
}

export interface ExchangeResult {
  readonly acts: readonly Act[];
  readonly unmatched: readonly string[];
  readonly newClasses: readonly string[];
  readonly problems: readonly string[];
}

const COLUMNS = ['path', 'label', 'decision', 'given', 'at', 'sha256', 'reason', 'note'] as const;
const PATH_NAMES = ['path', 'file_name', 'filename', 'file', 'image'];
const LABEL_NAMES = ['label', 'choice', 'class', 'category', 'new_label'];
const KIND_NAMES = ['decision', 'action', 'verdict'];
const KINDS: Record<string, ActKind> = {
  keep: 'keep',
  kept: 'keep',
  right: 'keep',
  relabel: 'relabel',
  relabelled: 'relabel',
  relabeled: 'relabel',
  exclude: 'exclude',
  excluded: 'exclude',
  drop: 'exclude',
  delete: 'exclude',
  unsure: 'unsure',
  skip: 'unsure',
  clear: 'clear',
};

/** All decisions as text, in path order. `timeText` formats a time in ms since 1970. */
export function writeDecisions(
  decisions: readonly BoundDecision[],
  format: DecisionsFormat,
  timeText: (at: number) => string,
): string {
  const ordered = [...decisions].sort((x, y) => byCodePoint(x.path, y.path));
  if (format === 'csv') {
    const lines = ordered.map((each) =>
      csvLine([each.path, each.label, each.verdict, each.given, timeText(each.at), each.sha256, each.queue, each.note]),
    );
    return csvLine(COLUMNS) + lines.join('');
  }
  return `${JSON.stringify(ordered.map(labelStudioTask), null, 1)}\n`;
}

/** A task of Label Studio. It keeps unknown fields of `data`, so the decision and the hash are stored there. */
function labelStudioTask(each: BoundDecision): unknown {
  const result =
    each.label === null
      ? []
      : [{ from_name: 'label', to_name: 'image', type: 'choices', value: { choices: [each.label] } }];
  return {
    data: { image: each.path, given: each.given, decision: each.verdict, sha256: each.sha256 },
    annotations: [{ result, was_cancelled: each.verdict === 'unsure' }],
  };
}

/**
 * Rows of a table with a header (names in any case). A path column and a label or decision column are required.
 * @throws RangeError with a sentence if they are missing
 */
export function readExchangeTable(records: readonly (readonly string[])[]): ExchangeRow[] {
  const header = (records[0] ?? []).map((name) => unguarded(name.trim()).toLowerCase());
  const column = (names: readonly string[]): number =>
    names.map((name) => header.indexOf(name)).find((at) => at >= 0) ?? -1;
  const [path, label, kind, sha256] = [column(PATH_NAMES), column(LABEL_NAMES), column(KIND_NAMES), column(['sha256'])];
  if (path < 0 || (label < 0 && kind < 0)) {
    throw new RangeError(
      `The first line must name a path column (${PATH_NAMES.join(', ')}) and a label or decision column; it has: ${header.join(', ')}.`,
    );
  }
  const at = (record: readonly string[], index: number): string => (index < 0 ? '' : unguarded(record[index] ?? ''));
  return records
    .slice(1)
    .map((record) => toRow(at(record, path), at(record, label), at(record, kind), at(record, sha256)));
}

/**
 * JSON: an array of `{ path, label }` with the column names of tables, of Label Studio tasks, or of its short form
 * (`image`, `choice`).
 * @throws RangeError with a sentence if it is none of these
 */
export function readJson(document: unknown): ExchangeRow[] {
  if (!Array.isArray(document))
    throw new RangeError('The JSON must be an array of decisions, each with a path and a label.');
  return document.map((entry: unknown, index) => {
    const task = asRecord(entry);
    const data = { ...asRecord(task['data']), ...task };
    const choices = asRecord(asRecord(asArray(asRecord(asArray(task['annotations'])[0])['result'])[0])['value'])[
      'choices'
    ];
    const path = firstText(data, PATH_NAMES);
    if (path === null) throw new RangeError(`Entry ${index + 1} of the JSON has no path.`);
    const label = firstText({ choice: asArray(choices)[0] }, ['choice']) ?? firstText(data, LABEL_NAMES);
    return toRow(path, label ?? '', firstText(data, KIND_NAMES) ?? '', firstText(data, ['sha256']) ?? '');
  });
}

function toRow(path: string, label: string, kind: string, sha256: string): ExchangeRow {
  const word = kind.trim().toLowerCase();
  return {
    path,
    label: label === '' ? null : label,
    kind: word === '' ? null : (KINDS[word] ?? null),
    sha256: /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
  };
}

/**
 * Turns rows into acts on images. A row with a content hash refers to that content at any path. Other rows are matched
 * by relative path, then by a file name that only one image has.
 * @param allowNewClasses accept labels that are not yet a class; otherwise they are only reported
 */
export function matchRows(
  rows: readonly ExchangeRow[],
  images: readonly ReviewImage[],
  allowNewClasses: boolean,
): ExchangeResult {
  const find = matcher(images);
  const classes = new Set(images.map((image) => image.className));
  const acts = new Map<number, Act>();
  const unmatched: string[] = [];
  const newClasses = new Set<string>();
  const problems: string[] = [];
  for (const row of rows) {
    const image = find(row);
    if (image === null) {
      unmatched.push(row.path);
      continue;
    }
    const kind = kindOf(row, image);
    if (kind === null) problems.push(`${row.path} has neither a decision nor a label.`);
    else if (kind !== 'relabel') acts.set(image.id, { image: image.id, kind, label: null });
    else if (row.label === null || !labelSchema.safeParse(row.label).success)
      problems.push(`${row.path} should be relabelled, but its new label is not a valid class name.`);
    else {
      if (!classes.has(row.label)) newClasses.add(row.label);
      if (classes.has(row.label) || allowNewClasses) acts.set(image.id, { image: image.id, kind, label: row.label });
    }
  }
  const doubled = rows.length - unmatched.length - problems.length - acts.size;
  if (doubled > 0 && newClasses.size === 0)
    problems.push(`${counted(doubled, 'image')} had several rows; the last row was used.`);
  return { acts: [...acts.values()], unmatched, newClasses: [...newClasses].sort(byCodePoint), problems };
}

/**
 * A label in the file is the label to train with: equal to the given label, it means keep; otherwise relabel. The label
 * that the image had when it was decided does not matter.
 */
function kindOf({ kind, label }: ExchangeRow, image: ReviewImage): ActKind | null {
  if (label === null || (kind !== null && kind !== 'keep' && kind !== 'relabel')) return kind;
  return label === image.className ? 'keep' : 'relabel';
}

function matcher(images: readonly ReviewImage[]): (row: ExchangeRow) => ReviewImage | null {
  const byPath = new Map(images.map((image) => [image.path, image]));
  const byContent = onlyOnes(images, (image) => image.sha256);
  const byContentAndName = onlyOnes(images, (image) => image.sha256 && `${image.sha256}/${baseName(image.path)}`);
  const byName = onlyOnes(images, (image) => baseName(image.path));
  return (row) => {
    // Label Studio serves local files as /data/local-files/?d=relative/path.
    const path = row.path
      .replace(/^.*\?d=/, '')
      .replaceAll('\\', '/')
      .replace(/^(\.\/)+/, '');
    const there = byPath.get(row.path) ?? byPath.get(path);
    if (row.sha256 === null) return there ?? byName.get(baseName(path)) ?? null;
    return there?.sha256 === row.sha256
      ? there
      : (byContent.get(row.sha256) ?? byContentAndName.get(`${row.sha256}/${baseName(path)}`) ?? null);
  };
}

/** Images by key; keys that several images have are left out. */
function onlyOnes(
  images: readonly ReviewImage[],
  keyOf: (image: ReviewImage) => string | null,
): Map<string, ReviewImage> {
  const found = new Map<string, ReviewImage | null>();
  for (const image of images) {
    const key = keyOf(image);
    if (key !== null) found.set(key, found.has(key) ? null : image);
  }
  return new Map([...found].flatMap(([key, image]) => (image === null ? [] : [[key, image] as const])));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function firstText(record: Record<string, unknown>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = record[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
