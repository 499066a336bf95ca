/**
 * Reads predictions of the user's own model: from a table in any common form to class indices and probabilities per
 * image.
 */
import { PlumblineError } from '../../contract/errors';
import { counted, integer } from '../text/numbers';
import { argmax } from '../statistics/argmax';
import { readOutputs, SUM_TOLERANCE, type OutputScale } from './outputs';
import { imageMatcher, type NamedImage } from './path-match';

export interface ImportedRow {
  /** Id of the image. */
  readonly image: number;
  readonly predicted: number;
  /** One per class, summing to 1; null if the table has only labels. */
  readonly probabilities: Float64Array | null;
}

export interface Imported {
  readonly rows: readonly ImportedRow[];
  /** How the numbers were interpreted; null if the table has only labels. */
  readonly scale: OutputScale | null;
  /** Sentences for the user: what did not match, what was left out, what was assumed. */
  readonly notes: readonly string[];
  /** `unmatched`: paths in the table that match no image. `missing`: ids of images that are not in the table. */
  readonly unmatched: readonly string[];
  readonly missing: readonly number[];
}

const PATH_COLUMNS = [
  'path',
  'filepath',
  'file_path',
  'filename',
  'file_name',
  'file',
  'image',
  'image_path',
  'image_id',
  'img',
  'id',
  'name',
  // The row names of a pandas frame saved as Parquet.
  '__index_level_0__',
];
const LABEL_COLUMNS = [
  'predicted',
  'prediction',
  'predictions',
  'predicted_label',
  'predicted_class',
  'pred',
  'y_pred',
  'label',
  'class',
  'class_name',
];
const SCORE_COLUMNS = ['probability', 'prob', 'score', 'confidence', 'output', 'p'];
const CLASS_PREFIX = /^(p|prob|probability|score|logit|class)[_:. ]/;

const plain = (name: string): string => name.trim().toLowerCase();
const bad = (message: string): PlumblineError => new PlumblineError('bad-predictions', message);
const leftOut = (n: number): string => (n === 1 ? 'it is left out' : 'they are left out');
const few = (names: readonly string[]): string => {
  const shown = names
    .slice(0, 3)
    .map((name) => `“${name}”`)
    .join(', ');
  return names.length > 3 ? `${shown} and ${integer(names.length - 3)} more` : shown;
};

type Columns =
  | { readonly kind: 'labels'; readonly path: number; readonly label: number }
  | { readonly kind: 'score'; readonly path: number; readonly score: number }
  | { readonly kind: 'outputs'; readonly path: number; readonly outputs: readonly number[] };

/**
 * The columns named after the classes: first by exact name, then in any case and with or without a prefix such as
 * `prob_`.
 */
function outputColumns(header: readonly string[], classes: readonly string[]): number[] {
  return classes.map((name) => {
    const exact = header.findIndex((column) => column.trim() === name);
    return exact >= 0
      ? exact
      : header.findIndex(
          (column) => plain(column) === plain(name) || plain(column).replace(CLASS_PREFIX, '') === plain(name),
        );
  });
}

function columnsOf(header: readonly string[], classes: readonly string[]): Columns {
  const find = (names: readonly string[]): number =>
    names.map((name) => header.findIndex((column) => plain(column) === name)).find((at) => at >= 0) ?? -1;
  const path = find(PATH_COLUMNS);
  if (path < 0)
    throw bad(
      `The table has no column that names the image: its columns are ${few(header)}; one must be called path, file, filename or image.`,
    );
  const outputs = outputColumns(header, classes);
  const missing = classes.filter((_, k) => outputs[k]! < 0);
  if (missing.length === 0) return { kind: 'outputs', path, outputs };
  const label = find(LABEL_COLUMNS);
  if (label >= 0) return { kind: 'labels', path, label };
  const score = find(SCORE_COLUMNS);
  if (score >= 0 && classes.length === 2) return { kind: 'score', path, score };
  if (missing.length < classes.length)
    throw bad(`The table has a column for some classes but none for ${few(missing)}.`);
  throw bad(
    `The table has neither a column “predicted” nor one column for each of the ${classes.length} classes: its columns are ${few(header)}.`,
  );
}

/**
 * How the labels in the table name the classes: by name, by name in another case, or by the index in sorted order that
 * Keras and torchvision use.
 */
function labelReader(
  labels: readonly string[],
  classes: readonly string[],
): { read: (label: string) => number; byIndex: boolean } {
  const exact = new Map(classes.map((name, k) => [name, k]));
  const loose = new Map(classes.map((name, k) => [plain(name), k]));
  const byName = (label: string): number => exact.get(label.trim()) ?? loose.get(plain(label)) ?? -1;
  const byIndex =
    labels.length > 0 &&
    labels.every((label) => byName(label) < 0 && /^\d+(\.0+)?$/.test(label.trim()) && Number(label) < classes.length);
  return { read: byIndex ? (label) => Number(label) : byName, byIndex };
}

function sentences(counts: {
  unmatched: readonly string[];
  missing: number;
  images: number;
  repeated: number;
}): string[] {
  const { unmatched, missing, images, repeated } = counts;
  return [
    ...(unmatched.length > 0
      ? [
          `${counted(unmatched.length, 'row matches', 'rows match')} no image of this data set, for example ${few(unmatched.slice(0, 2))}; ${leftOut(unmatched.length)}.`,
        ]
      : []),
    ...(missing > 0
      ? [
          `${integer(missing)} of the ${counted(images, 'image')} ${missing === 1 ? 'has' : 'have'} no prediction; the figures are for the other ${integer(images - missing)}.`,
        ]
      : []),
    ...(repeated > 0 ? [`${counted(repeated, 'row repeats', 'rows repeat')} an image; its first row counts.`] : []),
  ];
}

interface Matched {
  readonly image: number;
  readonly cells: readonly string[];
}

function labelled(
  matched: readonly Matched[],
  column: number,
  classes: readonly string[],
): { rows: ImportedRow[]; notes: string[] } {
  const { read, byIndex } = labelReader(
    matched.map((row) => row.cells[column] ?? ''),
    classes,
  );
  const unknown = new Set<string>();
  let left = 0;
  const rows = matched.flatMap(({ image, cells }) => {
    const predicted = read(cells[column] ?? '');
    if (predicted >= 0) return [{ image, predicted, probabilities: null }];
    unknown.add((cells[column] ?? '').trim());
    left++;
    return [];
  });
  if (rows.length === 0)
    throw bad(
      `None of the predicted labels is a class of this data set: the table predicts ${few([...unknown])}, the classes are ${few(classes)}.`,
    );
  return {
    rows,
    notes: [
      ...(byIndex
        ? [
            `The predicted labels are numbers. They are read as positions in the sorted class names, 0 = “${classes[0] ?? ''}”, as Keras and torchvision number them.`,
          ]
        : []),
      ...(left > 0
        ? [
            `${counted(left, 'row predicts', 'rows predict')} a label that is not a class of this data set (${few([...unknown])}); ${leftOut(left)}.`,
          ]
        : []),
    ],
  };
}

/** Names the first row of some and shows what is wrong with it. */
function unlike(values: readonly (readonly number[])[], path: (row: number) => string): string[] {
  const sums = values.map((row) => row.reduce((sum, value) => sum + value, 0));
  const off = [...sums.keys()].filter((i) => Number.isFinite(sums[i]) && Math.abs(sums[i]! - 1) > SUM_TOLERANCE);
  const [first] = off;
  return first === undefined
    ? []
    : [
        `${counted(off.length, 'row does', 'rows do')} not sum to 1, for example “${path(first)}” (${sums[first]!.toPrecision(3)}).`,
      ];
}

function scored(
  matched: readonly Matched[],
  { path, columns }: { readonly path: number; readonly columns: readonly number[] },
  classes: readonly string[],
): { rows: ImportedRow[]; notes: string[]; scale: OutputScale } {
  const values = matched.map(({ cells }) =>
    columns.map((column) => ((cells[column] ?? '').trim() === '' ? Number.NaN : Number(cells[column]))),
  );
  const { scale, rows, notFinite, notes } = readOutputs(values, classes.length);
  const pathOf = (row: number): string => matched[row]?.cells[path] ?? '';
  if (rows.every((row) => row === null)) {
    throw bad(
      'Every output in the table is NaN, infinite or not a number: the model had already diverged when it was saved; train again with a lower learning rate.',
    );
  }
  return {
    rows: rows.flatMap((probabilities, i) =>
      probabilities ? [{ image: matched[i]!.image, predicted: argmax(probabilities), probabilities }] : [],
    ),
    scale,
    notes: [
      ...notes,
      ...(scale === 'independent' ? unlike(values, pathOf) : []),
      ...(notFinite > 0
        ? [
            `${counted(notFinite, 'row contains', 'rows contain')} NaN, infinity or something that is not a number, for example “${pathOf(rows.indexOf(null))}”, and ${notFinite === 1 ? 'is' : 'are'} left out: a net whose output is NaN has diverged.`,
          ]
        : []),
    ],
  };
}

/**
 * Reads a table `path,predicted` or `path,<class>…` (or `path,score` for two classes) for the images of a data set.
 * @param table all cells, the header first
 * @param classes in code-point order, as everywhere
 * @throws PlumblineError `bad-predictions` with one sentence, if nothing can be read
 */
export function importPredictions(
  table: readonly (readonly string[])[],
  images: readonly NamedImage[],
  classes: readonly string[],
): Imported {
  const [header, ...body] = table;
  if (!header || body.length === 0) throw bad('The table of predictions has no rows.');
  const columns = columnsOf(header, classes);
  const match = imageMatcher(images);
  const unmatched: string[] = [];
  const matched: Matched[] = [];
  const seen = new Set<number>();
  let repeated = 0;
  for (const cells of body) {
    const path = cells[columns.path] ?? '';
    const image = match(path);
    if (image === null) unmatched.push(path);
    else if (seen.has(image)) repeated++;
    else {
      seen.add(image);
      matched.push({ image, cells });
    }
  }
  if (matched.length === 0)
    throw bad(
      `${body.length === 1 ? 'The only row matches no image' : `None of the ${integer(body.length)} rows matches an image`} of this data set, for example ${few(unmatched.slice(0, 2))}.`,
    );
  const read =
    columns.kind === 'labels'
      ? { ...labelled(matched, columns.label, classes), scale: null }
      : scored(
          matched,
          { path: columns.path, columns: columns.kind === 'score' ? [columns.score] : columns.outputs },
          classes,
        );
  const predicted = new Set(read.rows.map((row) => row.image));
  const missing = images.filter((image) => !predicted.has(image.id)).map((image) => image.id);
  return {
    rows: read.rows,
    scale: read.scale,
    notes: [...read.notes, ...sentences({ unmatched, missing: missing.length, images: images.length, repeated })],
    unmatched,
    missing,
  };
}
