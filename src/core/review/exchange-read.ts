/** Reads decisions from files of other tools: tables, JSON, Label Studio, Datumaro and COCO. */
import type { ActKind } from '../../contract/model/review';
import { quoted } from '../text/names';
import { wideRows, withoutTitle } from '../dataset/title-rows';
import { unguarded } from '../text/csv';
import { tagsOfText } from './remarks';

/** One decision that was read from a file but is not yet matched to an image. */
export interface ExchangeRow {
  /** Counted from 1, without the header. */
  readonly row: number;
  readonly path: string;
  readonly sha256: string | null;
  /** The decision as written in the file; null if the file has none. */
  readonly word: string | null;
  /**
   * Null if the file contains no decision or an unknown word. If there is only a label, it means relabel where it
   * differs from the given label, otherwise keep. `class`: the row is about a class and has no image.
   */
  readonly kind: ActKind | 'class' | null;
  readonly label: string | null;
  /** With `class`: the own class that gets the name `label`; otherwise null. */
  readonly ownClass: string | null;
  /** What the file adds to the remarks on the image; not checked yet. */
  readonly tags: readonly string[];
  readonly note: string | null;
  /** Why the row cannot be used, as the end of a sentence, for example “has several labels”. */
  readonly problem: string | null;
}

/** Names of columns and fields, in order of preference, in lower case and without punctuation. */
const PATH_NAMES = [
  'path',
  'filepath',
  'imagepath',
  'filename',
  'imagename',
  'file',
  'image',
  'imageurl',
  'img',
  'imageid',
  'url',
  'sourceref',
  'externalid',
  'idcode',
  'id',
];
const LABEL_NAMES = [
  'newlabel',
  'correctedlabel',
  'correctlabel',
  'fixedlabel',
  'finallabel',
  'newclass',
  'correctedclass',
  'correctclass',
  'new',
  'groundtruthlabel',
  'label',
  'choice',
  'class',
  'classname',
  'category',
];
const KIND_NAMES = ['decision', 'action', 'verdict', 'status'];
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
const GIVEN_NAMES = ['given'];
const TAG_NAMES = ['tags', 'tag'];
const NOTE_NAMES = ['note', 'notes'];

/** The field of a task in which the names of classes are stored, by own class. */
export const CLASSES_FIELD = 'classes';

/** Columns of the decisions that this app writes, in every version. */
const EARLIER_COLUMNS: readonly string[] = ['path', 'decision', 'given', 'at', 'sha256', 'reason'];

/** The words that this app writes. */
const OWN_KINDS: Readonly<Record<string, ActKind>> = {
  keep: 'keep',
  kept: 'keep',
  relabel: 'relabel',
  relabelled: 'relabel',
  relabeled: 'relabel',
  move: 'move',
  moved: 'move',
  exclude: 'exclude',
  excluded: 'exclude',
  unsure: 'unsure',
  clear: 'clear',
};
/**
 * Words of other tools that have only one usual meaning. “bad” and “wrong” are missing, because they may refer to the
 * label or to the image.
 */
const OTHER_KINDS: Readonly<Record<string, ActKind>> = {
  right: 'keep',
  correct: 'keep',
  ok: 'keep',
  okay: 'keep',
  good: 'keep',
  accept: 'keep',
  accepted: 'keep',
  drop: 'exclude',
  dropped: 'exclude',
  delete: 'exclude',
  deleted: 'exclude',
  remove: 'exclude',
  removed: 'exclude',
  reject: 'exclude',
  rejected: 'exclude',
  discard: 'exclude',
  discarded: 'exclude',
  skip: 'unsure',
  skipped: 'unsure',
};
const normal = (word: string): string => word.trim().toLowerCase();

/** The meaning of another tool's word; null for this app's own words and for unknown words. */
export const otherMeaning = (word: string): ActKind | null => OTHER_KINDS[normal(word)] ?? null;

const plainName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

interface Fields {
  readonly path: string;
  readonly labels: readonly string[];
  readonly word?: string | null;
  readonly sha256?: string | null;
  readonly given?: string | null;
  readonly tags?: readonly string[];
  readonly note?: string | null;
}

/** The word for a decision on a class, in the column of decisions. */
export const CLASS_WORD = 'class';

export function toRow(
  { path, labels, word = null, sha256 = null, given = null, tags = [], note = null }: Fields,
  at: number,
): ExchangeRow {
  const names = [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ''))];
  const said = word === null || word.trim() === '' ? null : word.trim();
  const ownClass = path === '' && said !== null && normal(said) === CLASS_WORD ? given : null;
  return {
    row: at + 1,
    path,
    label: (ownClass === null ? names[0] : labels[0]) ?? null,
    word: said,
    kind: said === null ? null : ownClass === null ? (OWN_KINDS[normal(said)] ?? otherMeaning(said)) : CLASS_WORD,
    ownClass,
    tags,
    note: note === null || note.trim() === '' ? null : note,
    sha256: sha256 !== null && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
    problem: names.length > 1 ? `has several labels (${names.map(quoted).join(', ')})` : null,
  };
}

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
  if (names.length === 1 && /\.[a-z]{3,4}$/i.test(names[0] ?? ''))
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
  const [path, label, named, sha256, given, tags, noted] = [
    PATH_NAMES,
    LABEL_NAMES,
    KIND_NAMES,
    ['sha256'],
    GIVEN_NAMES,
    TAG_NAMES,
    NOTE_NAMES,
  ].map(column) as [number, number, number, number, number, number, number];
  // In the decisions of older versions, the note is a comment of the app on the decision.
  const note = tags < 0 && EARLIER_COLUMNS.every((name) => header.includes(name)) ? -1 : noted;
  const flag = named < 0 ? flagColumn(header, body) : -1;
  const newLabel = label >= 0 && !PLAIN_LABELS.includes(header[label]!);
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
        given: at(record, given),
        tags: tagsOfText(at(record, tags)),
        note: at(record, note),
      },
      row,
    );
    return wide.has(row) ? { ...read, problem: 'has more cells than the first line' } : read;
  });
}

/**
 * Reads JSON in one of these forms: an array of objects with the column names of tables, such as `{ path, label }`; an
 * array of Label Studio tasks, also in its short form (`image`, `choice`); an object from paths to labels; an export of
 * FiftyOne, Labelbox, Datumaro (CVAT) or COCO with one class per image.
 * @throws RangeError with a sentence if it has none of these forms
 */
export function readJson(document: unknown): ExchangeRow[] {
  if (Array.isArray(document)) return document.flatMap(jsonEntry);
  const whole = asRecord(document);
  if (Array.isArray(whole['samples'])) return whole['samples'].flatMap(sampleOfFiftyOne);
  const rows = datumaro(whole) ?? coco(whole) ?? numberedLabels(whole) ?? pathsToLabels(whole);
  if (rows === null)
    throw new RangeError(
      'The JSON must be an array of decisions, each with a path and a label, or an object from paths to labels.',
    );
  return rows.map(toRow);
}

/** A row of a Labelbox export, with the answers to its questions that have one choice. */
function labelbox(entry: Record<string, unknown>, index: number): ExchangeRow[] | null {
  const row = asRecord(entry['data_row']);
  const path = firstText(row, ['externalid', 'globalkey', 'rowdata']);
  if (path === null) return null;
  const answers = Object.values(asRecord(entry['projects']))
    .flatMap((project) => asArray(asRecord(project)['labels']))
    .flatMap((label) => asArray(asRecord(asRecord(label)['annotations'])['classifications']))
    .map((one) => firstText(asRecord(asRecord(one)['radio_answer']), ['name', 'value']) ?? '');
  return [toRow({ path, labels: answers }, index)];
}

function jsonEntry(entry: unknown, index: number): ExchangeRow[] {
  const task = asRecord(entry);
  const ofLabelbox = labelbox(task, index);
  if (ofLabelbox) return ofLabelbox;
  const data = { ...asRecord(task['data']), ...task };
  const path = firstText(data, PATH_NAMES) ?? onlyFile(asRecord(task['data']));
  const renamed = Object.entries(asRecord(data[CLASSES_FIELD])).map(([given, name]) =>
    toRow({ path: '', labels: texts([name]), word: CLASS_WORD, given }, index),
  );
  if (path === null && renamed.length > 0) return renamed;
  if (path === null) throw new RangeError(`Entry ${index + 1} of the JSON has no path.`);
  const annotations = [...asArray(task['annotations']), ...asArray(task['completions'])].map(asRecord);
  const choices = annotations.flatMap((annotation) =>
    asArray(annotation['result']).flatMap((result) => texts(asRecord(asRecord(result)['value'])['choices'])),
  );
  const skipped = annotations.some((annotation) => annotation['was_cancelled'] === true) && choices.length === 0;
  const short = asRecord(data['choice'])['choices'];
  const labels = choices.length > 0 ? choices : texts(short);
  const row = toRow(
    {
      path,
      labels: labels.length > 0 ? labels : [firstText(data, LABEL_NAMES) ?? ''],
      word: firstText(data, KIND_NAMES) ?? (skipped ? 'unsure' : null),
      sha256: firstText(data, ['sha256']),
      ...remarksIn(data),
    },
    index,
  );
  return [...renamed, row];
}

function remarksIn(data: Record<string, unknown>): Pick<Fields, 'tags' | 'note'> {
  const { tags } = data;
  return { tags: typeof tags === 'string' ? tagsOfText(tags) : texts(tags), note: firstText(data, ['note']) };
}

/** The path in a task whose image field has a name of the user's choice, such as `photo`. */
function onlyFile(data: Record<string, unknown>): string | null {
  const files = Object.values(data).filter((value) => typeof value === 'string' && /\.[a-z]{3,4}$/i.test(value));
  return files.length === 1 ? String(files[0]) : null;
}

function datumaro(document: Record<string, unknown>): Fields[] | null {
  const names = asArray(asRecord(asRecord(document['categories'])['label'])['labels']).map(
    (label) => firstText(asRecord(label), ['name']) ?? '',
  );
  if (!Array.isArray(document['items']) || names.length === 0) return null;
  return document['items'].map(asRecord).map((item) => ({
    path: firstText(asRecord(item['image']), ['path']) ?? firstText(item, ['id']) ?? '',
    labels: asArray(item['annotations']).map((label) => names[Number(asRecord(label)['label_id'])] ?? ''),
  }));
}

function coco(document: Record<string, unknown>): Fields[] | null {
  const [images, annotations, categories] = ['images', 'annotations', 'categories'].map((key) => document[key]);
  if (!Array.isArray(images) || !Array.isArray(annotations) || !Array.isArray(categories)) return null;
  const nameOf = new Map(categories.map(asRecord).map((one) => [one['id'], String(one['name'])]));
  const labels = new Map<unknown, string[]>();
  for (const one of annotations.map(asRecord))
    labels.set(one['image_id'], [...(labels.get(one['image_id']) ?? []), nameOf.get(one['category_id']) ?? '']);
  return images.map(asRecord).map((image) => ({
    path: firstText(image, PATH_NAMES) ?? '',
    labels: labels.get(image['id']) ?? [],
  }));
}

/** A sample of FiftyOne, with the label in the field `ground_truth`. */
function sampleOfFiftyOne(sample: unknown, index: number): ExchangeRow[] {
  const { filepath, ground_truth: truth } = asRecord(sample);
  return jsonEntry({ filepath, label: asRecord(truth)['label'] }, index);
}

/** `{ "classes": ["cat"], "labels": { "1": 0 } }`, as FiftyOne writes it. */
function numberedLabels({ classes, labels }: Record<string, unknown>): Fields[] | null {
  if (!Array.isArray(classes) || typeof labels !== 'object' || labels === null || Array.isArray(labels)) return null;
  const names = texts(classes);
  return Object.entries(labels).map(([path, label]) => ({
    path,
    labels: [typeof label === 'number' ? (names[label] ?? '') : typeof label === 'string' ? label : ''],
  }));
}

function pathsToLabels(document: Record<string, unknown>): Fields[] | null {
  const entries = Object.entries(document);
  return entries.length > 0 &&
    entries.every(([path, label]) => /\.[a-z]{3,4}$/i.test(path) && typeof label === 'string')
    ? entries.map(([path, label]) => ({ path, labels: [String(label)] }))
    : null;
}

function firstText(record: Record<string, unknown>, names: readonly string[]): string | null {
  const byName = new Map(Object.entries(record).map(([name, value]) => [plainName(name), value]));
  for (const name of names) {
    const value = byName.get(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

const texts = (value: unknown): string[] =>
  asArray(value).filter((entry): entry is string => typeof entry === 'string');

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
