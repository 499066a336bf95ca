/** Reads decisions from JSON: of this app, Label Studio, Labelbox, FiftyOne, Datumaro and COCO. */
import { plainName } from '../dataset/column-names';
import { acceptedLabels, areAnswers } from '../dataset/label-json-records';
import {
  asArray,
  asRecord,
  CLASS_WORD,
  CLASSES_FIELD,
  KIND_NAMES,
  NEW_LABEL_NAMES,
  PATH_NAMES,
  texts,
  toRow,
  type ExchangeRow,
  type Fields,
} from './exchange-row';
import { splitRole } from '../dataset/split-names';
import { tagsOfText } from './remarks';

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

/** A row of a Labelbox export, with the choices of its questions. */
function labelbox(entry: Record<string, unknown>, index: number): ExchangeRow[] | null {
  const row = asRecord(entry['data_row']);
  const path = firstText(row, ['externalid', 'globalkey', 'rowdata']);
  if (path === null) return null;
  const answers = Object.values(asRecord(entry['projects']))
    .flatMap((project) => asArray(asRecord(project)['labels']))
    .flatMap((label) => asArray(asRecord(asRecord(label)['annotations'])['classifications']))
    .flatMap((one) => [asRecord(one)['radio_answer'], ...asArray(asRecord(one)['checklist_answers'])])
    .map((one) => firstText(asRecord(one), ['name', 'value']) ?? '');
  return [toRow({ path, labels: answers }, index)];
}

function jsonEntry(entry: unknown, index: number): ExchangeRow[] {
  const task = asRecord(entry);
  if (areAnswers([task])) return [answerOfProdigy(task, index)];
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
      labels: labels.length > 0 ? labels : [firstText(data, NEW_LABEL_NAMES) ?? ''],
      word: firstText(data, KIND_NAMES) ?? (skipped ? 'unsure' : null),
      sha256: firstText(data, ['sha256']),
      ...remarksIn(data),
    },
    index,
  );
  return [...renamed, row];
}

/** A rejected label leaves the true one open, and so does a task that was ignored. */
function answerOfProdigy(task: Record<string, unknown>, index: number): ExchangeRow {
  const path = firstText(task, PATH_NAMES);
  if (path === null) throw new RangeError(`Entry ${index + 1} of the JSON has no path.`);
  const labels = acceptedLabels(task);
  return toRow({ path, labels, word: labels.length > 0 ? null : 'unsure' }, index);
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

/** Whether a word is one for a decision: `delete`, `keep`. */
const isDecision = (word: string): boolean => toRow({ path: '', labels: [], word }, 0).kind !== null;

/** A sample of FiftyOne, with the label in the field `ground_truth`. A tag may be the decision, or name the split. */
function sampleOfFiftyOne(sample: unknown, index: number): ExchangeRow[] {
  const { filepath, ground_truth: truth, tags } = asRecord(sample);
  const [decision, ...others] = new Set(texts(tags).filter(isDecision));
  return jsonEntry(
    {
      filepath,
      label: asRecord(truth)['label'],
      ...(decision !== undefined && others.length === 0 && { decision }),
      tags: texts(tags).filter((tag) => splitRole(tag) === null && tag !== decision),
    },
    index,
  );
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
