/** Reads decisions from files of other tools: tables, JSON, Label Studio, CVAT, Datumaro and COCO. */
import type { ActKind } from '../../contract/model/review';
import { quoted } from '../text/names';
import { unguarded } from '../text/csv';

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
];
const LABEL_NAMES = [
  'newlabel',
  'correctedlabel',
  'correctlabel',
  'fixedlabel',
  'finallabel',
  'label',
  'choice',
  'class',
  'classname',
  'category',
];
const KIND_NAMES = ['decision', 'action', 'verdict'];
const GIVEN_NAMES = ['given'];

/** The field of a task in which the names of classes are stored, by own class. */
export const CLASSES_FIELD = 'classes';

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
}

/** The word for a decision on a class, in the column of decisions. */
export const CLASS_WORD = 'class';

function toRow({ path, labels, word = null, sha256 = null, given = null }: Fields, at: number): ExchangeRow {
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

/**
 * Reads the rows of a table. The header (in any case) must name a path column and a label or decision column. A table
 * of two columns without a header is read as path and label if its first cell is the name of an image file.
 * @throws RangeError with a sentence if these columns are missing
 */
export function readExchangeTable(records: readonly (readonly string[])[]): ExchangeRow[] {
  const first = (records[0] ?? []).map((name) => unguarded(name.trim()));
  const headless = first.length === 2 && /\.[a-z]{3,4}$/i.test(first[0] ?? '');
  const header = (headless ? ['path', 'label'] : first).map(plainName);
  const column = (names: readonly string[]): number =>
    names.map((name) => header.indexOf(name)).find((at) => at >= 0) ?? -1;
  const [path, label, kind, sha256, given] = [PATH_NAMES, LABEL_NAMES, KIND_NAMES, ['sha256'], GIVEN_NAMES].map(
    column,
  ) as [number, number, number, number, number];
  if (path < 0 || (label < 0 && kind < 0)) {
    throw new RangeError(
      `The first line must name a path column (path, filename, file or image) and a label or decision column; it has: ${first.join(', ')}.`,
    );
  }
  const at = (record: readonly string[], index: number): string => (index < 0 ? '' : unguarded(record[index] ?? ''));
  return records.slice(headless ? 0 : 1).map((record, row) =>
    toRow(
      {
        path: at(record, path),
        labels: labelsOf(at(record, label)),
        word: at(record, kind),
        sha256: at(record, sha256),
        given: at(record, given),
      },
      row,
    ),
  );
}

/**
 * Reads JSON in one of these forms: an array of objects with the column names of tables, such as `{ path, label }`; an
 * array of Label Studio tasks, also in its short form (`image`, `choice`); an object from paths to labels; an export of
 * Datumaro (CVAT) or COCO with one class per image.
 * @throws RangeError with a sentence if it has none of these forms
 */
export function readJson(document: unknown): ExchangeRow[] {
  if (Array.isArray(document)) return document.flatMap(jsonEntry);
  const whole = asRecord(document);
  const rows = datumaro(whole) ?? coco(whole) ?? pathsToLabels(whole);
  if (rows === null)
    throw new RangeError(
      'The JSON must be an array of decisions, each with a path and a label, or an object from paths to labels.',
    );
  return rows.map(toRow);
}

function jsonEntry(entry: unknown, index: number): ExchangeRow[] {
  const task = asRecord(entry);
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
    },
    index,
  );
  return [...renamed, row];
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

function pathsToLabels(document: Record<string, unknown>): Fields[] | null {
  const entries = Object.entries(document);
  return entries.length > 0 &&
    entries.every(([path, label]) => /\.[a-z]{3,4}$/i.test(path) && typeof label === 'string')
    ? entries.map(([path, label]) => ({ path, labels: [String(label)] }))
    : null;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function attribute(tag: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
  return (found?.[1] ?? found?.[2] ?? '').replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => ENTITIES[entity]!);
}

/**
 * Reads “CVAT for images 1.1”, where each image has tags.
 * @throws RangeError with a sentence if the XML has another form
 */
export function readCvatXml(text: string): ExchangeRow[] {
  const images = [...text.matchAll(/<image\s[^>]*?(?:\/>|>.*?<\/image>)/gs)].map(([image]) => ({
    path: attribute(/^<image\s[^>]*>/.exec(image)![0], 'name'),
    labels: [...image.matchAll(/<tag\s[^>]*>/g)].map(([tag]) => attribute(tag, 'label')),
  }));
  if (images.length === 0)
    throw new RangeError('The XML has no images as CVAT writes them; export as “CVAT for images 1.1”, or as CSV.');
  return images.map(toRow);
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
