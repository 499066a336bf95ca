/**
 * Finds the column of the predicted class in a table of predictions, and avoids taking the true labels for predictions.
 */
import { PlumblineError } from '../../contract/errors';
import { nearestName } from '../text/nearest';
import { plainName } from '../dataset/column-names';
import { named, quoted } from '../text/names';
import { counted, integer } from '../text/numbers';
import type { OutputScale } from './outputs';
import { chosenModel } from './several-models';
import { numeric } from './prediction-cells';
import { namesClass, rankedLabels, roleOf } from './prediction-columns';
import { readLabels, type ReadLabels } from './prediction-labels';

/** A row whose image is known. */
export interface MatchedRow {
  /** Counted from 1, without the header. */
  readonly row: number;
  /** The image's name or path as written in the table. */
  readonly path: string;
  /** The label of the image in the data set, as an index. */
  readonly label: number;
  readonly cells: readonly string[];
}

export interface ReadRow {
  /** −1 if the row has no prediction. */
  readonly predicted: number;
  readonly probabilities: Float64Array | null;
}

export interface PredictionReading {
  readonly rows: readonly ReadRow[];
  readonly scale: OutputScale | null;
  readonly notes: readonly string[];
  /** Columns that were read. */
  readonly used: readonly number[];
}

export interface MatchedTable {
  readonly header: readonly string[];
  readonly rows: readonly MatchedRow[];
  readonly classes: readonly string[];
  /** The model that the user chose of several; null for none. */
  readonly model: string | null;
}

export const bad = (message: string): PlumblineError => new PlumblineError('bad-predictions', message);
export const few = (names: readonly string[]): string =>
  named(names.map((name) => (name.trim() === '' ? 'one without a name' : quoted(name))));
const leftOut = (n: number): string => (n === 1 ? 'it is left out' : 'they are left out');

/** In fewer rows, predictions may agree with the labels by accident. */
const ENOUGH_ROWS = 5;

export const cellsOf = ({ rows }: MatchedTable, column: number): string[] =>
  rows.map(({ cells }) => cells[column] ?? '');
export const columnName = ({ header }: MatchedTable, column: number): string => quoted(header[column] ?? '');

function read(table: MatchedTable, column: number): ReadLabels {
  return readLabels(
    cellsOf(table, column),
    table.rows.map((row) => row.label),
    table.classes,
  );
}

const same = (one: ReadLabels, other: ReadLabels): boolean => one.predicted.every((k, i) => k === other.predicted[i]);
const isTruth = (table: MatchedTable, { predicted }: ReadLabels): boolean =>
  predicted.length >= ENOUGH_ROWS && predicted.every((k, i) => k === table.rows[i]!.label);
export const readsAny = ({ predicted }: ReadLabels): boolean => predicted.some((k) => k >= 0);

/** A column that contains the predicted class. */
export interface LabelColumn {
  readonly column: number;
  readonly labels: ReadLabels;
  readonly notes: readonly string[];
  readonly used: readonly number[];
}

const PREFERRED = ['predicted', 'prediction', 'predictedlabel', 'predictedclass', 'predlabel', 'pred', 'ypred'];
const preference = (table: MatchedTable, column: number): number => {
  const at = PREFERRED.indexOf(plainName(table.header[column] ?? ''));
  return at < 0 ? PREFERRED.length : at;
};

const takenFrom = (table: MatchedTable, column: number): string =>
  `The predictions are taken from the column ${columnName(table, column)}.`;

/** The one column of names, if each other column numbers the same classes, in an order of its own; or null. */
function nameBesideNumber<T extends { readonly column: number }>(table: MatchedTable, all: readonly T[]): T | null {
  const [one, ...more] = all.filter(({ column }) => !numeric(cellsOf(table, column)));
  if (one === undefined || more.length > 0) return null;
  const names = cellsOf(table, one.column);
  const alike = all.every(({ column }) => {
    const cells = cellsOf(table, column);
    const pairs = new Set(cells.map((cell, row) => `${cell}\n${names[row]!}`)).size;
    return pairs === new Set(cells).size && pairs === new Set(names).size;
  });
  return alike ? one : null;
}

/** Chooses among columns that contain predictions, judged by their name or because no other column can contain them. */
export function fromPredictions(table: MatchedTable, columns: readonly number[]): LabelColumn {
  const ordered = columns.toSorted((a, b) => preference(table, a) - preference(table, b) || a - b);
  const all = ordered.map((column) => ({ column, labels: read(table, column) }));
  const first = all.find(({ labels }) => readsAny(labels)) ?? all[0]!;
  const others = all.filter((one) => one !== first && readsAny(one.labels) && !same(one.labels, first.labels));
  if (others.length === 0) {
    const named = roleOf(table.header[first.column] ?? '') === 'prediction';
    return { ...first, notes: named ? [] : [takenFrom(table, first.column)], used: columns };
  }
  const stem = (column: number): string => (table.header[column] ?? '').replace(/\d+/, '');
  const ranked =
    others.every(({ column }) => stem(column) === stem(first.column)) &&
    table.rows.every((_, i) => {
      const row = [first, ...others].map(({ labels }) => labels.predicted[i]!).filter((k) => k >= 0);
      return new Set(row).size === row.length;
    });
  if (ranked)
    return {
      ...first,
      used: columns,
      notes: [
        `The table contains the most likely classes of each image. Only the first, ${columnName(table, first.column)}, is read.`,
      ],
    };
  const apart = nameBesideNumber(table, [first, ...others]);
  if (apart !== null)
    return {
      ...apart,
      used: columns,
      notes: [
        takenFrom(table, apart.column),
        `The classes are numbered in another order in ${few([first, ...others].filter((one) => one !== apart).map(({ column }) => table.header[column] ?? ''))}.`,
      ],
    };
  const models = all
    .filter(({ labels }) => readsAny(labels))
    .toSorted((a, b) => a.column - b.column)
    .map((one) => ({ ...one, name: table.header[one.column] ?? '' }));
  const { column, labels } = chosenModel(models, table.model);
  return { column, labels, used: columns, notes: [takenFrom(table, column)] };
}

/**
 * Chooses among columns that may contain predictions or true labels, judged by name. If the table has no other column
 * of true labels, a column that equals the data set's labels in all rows is taken as true labels.
 */
function fromLabels(table: MatchedTable, columns: readonly number[], truth: boolean): LabelColumn {
  const all = columns
    .map((column) => ({ column, labels: read(table, column) }))
    .filter(({ labels }) => readsAny(labels));
  const [only] = all;
  if (only === undefined) return { column: columns[0]!, labels: read(table, columns[0]!), notes: [], used: columns };
  const open = truth ? all : all.filter(({ labels }) => !isTruth(table, labels));
  const [first, ...others] = open;
  if (first === undefined)
    throw bad(
      `${all.length === 1 ? `The column ${columnName(table, only.column)} agrees` : `The columns ${few(all.map(({ column }) => table.header[column] ?? ''))} agree`} with the data set's label in all ${integer(table.rows.length)} rows: ${all.length === 1 ? 'its values' : 'their values'} look like the true labels, not predictions. If they are predictions, name the column “predicted”.`,
    );
  if (others.some(({ labels }) => !same(labels, first.labels)))
    throw bad(
      `The columns ${few(open.map(({ column }) => table.header[column] ?? ''))} name different classes, and the table does not say which one is the prediction: name that column “predicted”.`,
    );
  const said =
    all.length > open.length || roleOf(table.header[first.column] ?? '') === null
      ? [takenFrom(table, first.column)]
      : [];
  return { ...first, notes: said, used: columns };
}

/** Whether `index` has numbers of classes, as timm writes them, and not those of the rows. */
function numbersClasses(table: MatchedTable, column: number): boolean {
  const cells = cellsOf(table, column).map((cell) => cell.trim());
  return (
    /^index$/i.test((table.header[column] ?? '').trim()) &&
    cells.every((cell) => /^\d+$/.test(cell)) &&
    new Set(cells).size <= cells.length / 2
  );
}

export function labelColumn(table: MatchedTable, taken: ReadonlySet<number>): LabelColumn | null {
  const free = [...table.header.keys()].filter((column) => !taken.has(column));
  const by = (role: ReturnType<typeof roleOf>): number[] =>
    free.filter((column) => roleOf(table.header[column] ?? '') === role);
  const ranked = rankedLabels(table.header, (column) => numeric(cellsOf(table, column))).filter((c) => !taken.has(c));
  const predictions = [...by('prediction').filter((column) => !isScore(table, column)), ...ranked];
  if (predictions.length > 0) return fromPredictions(table, predictions);
  const numbers = by('score').length > 0 ? free.filter((column) => numbersClasses(table, column)) : [];
  if (numbers.length > 0) return fromPredictions(table, numbers);
  const labels = by('label').filter((column) => !isScore(table, column));
  const truths = by('truth');
  const others = (): number[] =>
    by(null).filter((column) => {
      if (namesClass(table.header[column] ?? '', table.classes) || numeric(cellsOf(table, column))) return false;
      const { predicted } = read(table, column);
      return predicted.filter((k) => k >= 0).length >= 0.9 * predicted.length;
    });
  if (labels.length > 0) {
    const models = labels.every((column) => isTruth(table, read(table, column))) ? others() : [];
    return models.length > 0 ? fromPredictions(table, models) : fromLabels(table, labels, truths.length > 0);
  }
  const unnamed = others();
  if (unnamed.length > 0)
    return truths.length > 0 ? fromPredictions(table, unnamed) : fromLabels(table, unnamed, false);
  const [truth] = truths;
  if (truth !== undefined && by('score').length === 0)
    throw bad(
      `The table contains the true labels (column ${columnName(table, truth)}) but no predictions: add a column “predicted”.`,
    );
  return null;
}

/** Whether a column contains one model output for two classes: numbers that are not all integers. */
export function isScore(table: MatchedTable, column: number): boolean {
  const cells = cellsOf(table, column);
  return numeric(cells) && cells.some((cell) => cell.trim() !== '' && !/^\s*-?\d+([.,]0+)?\s*$/.test(cell));
}

/** Sentences on columns of true labels that differ from the data set. */
export function truthNotes(table: MatchedTable, taken: ReadonlySet<number>): { notes: string[]; used: number[] } {
  const columns = [...table.header.keys()].filter(
    (column) =>
      !taken.has(column) &&
      !namesClass(table.header[column] ?? '', table.classes) &&
      ['truth', 'label'].includes(roleOf(table.header[column] ?? '') ?? ''),
  );
  const readable = columns
    .map((column) => ({ column, labels: read(table, column) }))
    .filter((one) => readsAny(one.labels));
  return {
    used: readable.map(({ column }) => column),
    notes: readable.flatMap(({ column, labels }) => {
      const known = labels.predicted.filter((k) => k >= 0).length;
      const differ = labels.predicted.filter((k, i) => k >= 0 && k !== table.rows[i]!.label).length;
      return differ === 0
        ? []
        : [
            `In ${integer(differ)} of ${counted(known, 'row')}, the column ${columnName(table, column)} and the data set name different classes. The labels of the data set are used.`,
          ];
    }),
  };
}

/** Sentences on rows whose prediction is empty or is not a class of the data set. */
export function unknownNotes(table: MatchedTable, { column, labels }: LabelColumn): string[] {
  const rows = table.rows.filter((_, i) => labels.predicted[i]! < 0);
  const unknown = rows.filter(({ cells }) => (cells[column] ?? '').trim() !== '');
  const texts = [...new Set(unknown.map(({ cells }) => (cells[column] ?? '').trim()))];
  const near = nearestName(texts[0] ?? '', table.classes);
  const blank = rows.length - unknown.length;
  return [
    ...(unknown.length > 0
      ? [
          `${counted(unknown.length, 'row predicts', 'rows predict')} a label that is not a class of this data set (${few(texts)}${near === null ? '' : `; the nearest class to ${quoted(texts[0]!)} is ${quoted(near)}`}); ${leftOut(unknown.length)}.`,
        ]
      : []),
    ...(blank > 0
      ? [`${counted(blank, 'row')} without a predicted label ${blank === 1 ? 'is' : 'are'} left out.`]
      : []),
  ];
}

export function readLabelColumn(table: MatchedTable, found: LabelColumn): PredictionReading {
  if (!readsAny(found.labels)) {
    const texts = [...new Set(cellsOf(table, found.column).map((cell) => cell.trim()))];
    throw bad(
      texts.every((text) => text === '')
        ? `The column ${columnName(table, found.column)} is empty: there are no predictions to read.`
        : `None of the predicted labels is a class of this data set: the table predicts ${few(texts)}, the classes are ${few(table.classes)}.`,
    );
  }
  return {
    rows: found.labels.predicted.map((predicted) => ({ predicted, probabilities: null })),
    scale: null,
    notes: [...found.notes, ...found.labels.notes, ...unknownNotes(table, found)],
    used: found.used,
  };
}
