/**
 * Reads predictions of the user's own model: from a table in any common form to class indices and probabilities per
 * image.
 */
import { textMatrix } from '../dataset/text-matrix';
import { matchImages } from '../dataset/image-match';
import { hasEnding } from '../dataset/row-path';
import { withFileNames } from '../dataset/name-affix';
import { whyNoImage } from '../dataset/why-no-image';
import { matchSentences, renamedSentence } from '../text/matching';
import { counted, integer } from '../text/numbers';
import { quoted } from '../text/names';
import type { OutputScale } from './outputs';
import { bad, few, type MatchedRow, type PredictionReading } from './prediction-choice';
import { classesWithColumn, imageRank, isIndex, roleOf } from './prediction-columns';
import { isFilled, namesOf, predictionTable, type PredictionTable } from './prediction-table';
import { withoutLongRows } from './long-predictions';
import { chosenModel } from './several-models';
import { readRows } from './prediction-reading';

export interface LabelledImage {
  readonly id: number;
  /** Relative to the root, `/`-separated. */
  readonly path: string;
  /** The label in the data set, as index into the classes. */
  readonly label: number;
}

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

const leftOut = (n: number): string => (n === 1 ? 'it is left out' : 'they are left out');

/** The column that names the image: by its name if its cells fit, otherwise by its cells. */
function imageColumn(
  { header, body }: PredictionTable,
  isImage: (cell: string) => boolean,
  classes: readonly string[],
): { column: number; note: string[] } {
  const named = [...header.keys()]
    .filter((c) => imageRank(header[c]!) !== null)
    .sort((a, b) => imageRank(header[a]!)! - imageRank(header[b]!)! || a - b);
  const fitting = named.find((c) => body.some((row) => isImage(row[c] ?? '')));
  if (fitting !== undefined) return { column: fitting, note: [] };
  // Predicted classes may equal file names without ending, but they repeat or are numbers.
  const different = (c: number): boolean => {
    const cells = body.map((row) => row[c] ?? '');
    return new Set(cells).size >= 0.9 * body.length && cells.some((cell) => !/^\s*\d+\s*$/.test(cell));
  };
  const ofClass = classesWithColumn(header, classes);
  const free = [...header.keys()].filter((c) => roleOf(header[c]!) === null && !ofClass.includes(c));
  const most = (c: number): boolean => body.filter((row) => isImage(row[c] ?? '')).length >= 0.5 * body.length;
  // A file may be in several rows, one for each class.
  const files = (c: number): boolean => body.every((row) => hasEnding((row[c] ?? '').trim()));
  const found = free.find((c) => most(c) && (different(c) || files(c)));
  if (found !== undefined)
    return { column: found, note: [`The images are taken from the column ${quoted(header[found]!)}.`] };
  if (named[0] !== undefined) return { column: named[0], note: [] };
  if (textMatrix(header.join(' ')) !== null && body.every((row) => textMatrix(row.join(' ')) !== null))
    throw bad(
      'The table has only numbers and no column that names the image: add a column path, or give --names on the command line a file with one relative path per line, in the order of the rows.',
    );
  throw bad(
    `The table has no column that names the image: its columns are ${few(header)}; one must be called path, file, filename or image.`,
  );
}

/** The table with the names of the files, where all rows write them in another way, with a sentence on it. */
function withNames(
  table: PredictionTable,
  images: readonly LabelledImage[],
  isImage: (cell: string) => boolean,
): PredictionTable {
  const { header, body, notes } = table;
  if (body.some((row) => row.some(isImage))) return table;
  const { rows, renamed } = withFileNames(
    { path: '', columns: header, rows: body, problem: null },
    images.map(({ path }) => path),
  );
  return renamed === undefined
    ? table
    : { header, body: rows, notes: [...notes, renamedSentence('The table', renamed)] };
}

/** Cells beyond the header would be read in the wrong column. */
function checkWidth({ header, body }: PredictionTable): void {
  const at = body.findIndex((row) => row.slice(header.length).some(isFilled));
  if (at < 0) return;
  throw bad(
    `Row ${integer(at + 1)} has ${integer(body[at]!.length)} cells but the header has ${integer(header.length)}: put names that contain the delimiter in quotes, and separate columns with semicolons if numbers have decimal commas.`,
  );
}

interface Matched {
  readonly rows: readonly (MatchedRow & { readonly image: number })[];
  readonly unmatched: readonly string[];
  readonly notes: readonly string[];
}

const SEVERAL_FOLDERS = 'these names are in several folders. Write the path with the folder into each row';

function matchRows(
  { header, body }: PredictionTable,
  column: number,
  images: readonly LabelledImage[],
  unlabelled: readonly string[],
): Matched {
  const paths = body.map((cells) => cells[column] ?? '');
  const { rows: found, counts } = matchImages(
    images.map(({ path }) => path),
    paths,
  );
  const rows = body.flatMap((cells, i) => {
    const at = found[i]!;
    if (typeof at !== 'number') return [];
    return [{ row: i + 1, path: paths[i]!, image: images[at]!.id, label: images[at]!.label, cells }];
  });
  // Most folders have labels for all images: then nothing is matched again.
  const amongUnlabelled = (cells: readonly string[]) =>
    unlabelled.length === 0 ? [] : matchImages(unlabelled, cells).rows;
  const left = paths.filter((_, i) => typeof found[i] !== 'number');
  const bare = amongUnlabelled(left);
  const withoutLabel = left.filter((_, i) => typeof bare[i] === 'number');
  const unmatched = left.filter((_, i) => typeof bare[i] !== 'number');
  if (rows.length === 0) {
    const table = { path: '', columns: header, rows: body, problem: null };
    const why =
      counts.ambiguous > 0
        ? SEVERAL_FOLDERS
        : whyNoImage(
            table,
            images.map(({ path }) => path),
          );
    throw noneMatches(body.length, withoutLabel, unmatched, why);
  }
  // `1.png` may be that of the training images or that of the test images.
  const also = amongUnlabelled(rows.map(({ path }) => path));
  const doubtful = rows.filter(({ path }, i) => !/[\\/]/.test(path) && typeof also[i] === 'number');
  return {
    rows,
    unmatched,
    notes: [
      ...matchSentences(counts),
      ...(withoutLabel.length > 0
        ? [
            `${counted(withoutLabel.length, 'row predicts', 'rows predict')} an image without a label, for example ${few(withoutLabel.slice(0, 2))}; ${leftOut(withoutLabel.length)}.`,
          ]
        : []),
      ...(doubtful.length > 0
        ? [
            `${counted(doubtful.length, 'row fits', 'rows fit')} an image without a label as well, for example ${quoted(doubtful[0]!.path)}. Write the folders in front of the names if the predictions are for those.`,
          ]
        : []),
    ],
  };
}

function noneMatches(
  rows: number,
  withoutLabel: readonly string[],
  unmatched: readonly string[],
  why: string | null,
): ReturnType<typeof bad> {
  const example = few([...withoutLabel, ...unmatched].slice(0, 2));
  if (withoutLabel.length === 0)
    return bad(
      `${rows === 1 ? 'The only row matches no image' : `None of the ${integer(rows)} rows matches an image`} of this data set, for example ${example}${why === null ? '' : `: ${why}`}.`,
    );
  return bad(
    `${rows === 1 ? 'The only row predicts no image' : `None of the ${integer(rows)} rows predicts an image`} that has a label: ${integer(withoutLabel.length)} ${withoutLabel.length === 1 ? 'names an image' : 'name images'} without one, for example ${example}. Predictions can be judged only for images with labels.`,
  );
}

/**
 * If a column tells apart several predictions of each image, only those of the chosen model are read.
 * @throws PlumblineError as `chosenModel`
 */
function oneRun(header: readonly string[], matched: Matched, model: string | null): Matched & { run: number[] } {
  const { rows, unmatched } = matched;
  const repeats = new Set(rows.map((row) => row.image)).size < rows.length;
  const column = repeats ? header.findIndex((name) => roleOf(name) === 'run') : -1;
  const value = (row: MatchedRow): string => (row.cells[column] ?? '').trim();
  const runs = [...new Set(rows.map(value))];
  if (column < 0 || runs.length < 2) return { ...matched, run: [] };
  const { name } = chosenModel(
    runs.map((run) => ({ name: run })),
    model,
  );
  return {
    rows: rows.filter((row) => value(row) === name),
    unmatched,
    run: [column],
    notes: [...matched.notes, `Only the rows with ${quoted(name)} in the column ${quoted(header[column]!)} are read.`],
  };
}

/** The first row of each image, and a sentence on the other rows. */
function firstRows(
  { rows }: Matched,
  read: PredictionReading,
  classes: readonly string[],
): { rows: ImportedRow[]; notes: string[] } {
  const first = new Map<number, number>();
  const contradicting = new Map<number, string>();
  let repeated = 0;
  rows.forEach(({ image, path }, i) => {
    const before = first.get(image);
    if (before === undefined) {
      first.set(image, i);
      return;
    }
    repeated++;
    const [one, other] = [read.rows[before]!.predicted, read.rows[i]!.predicted];
    if (one !== other && one >= 0 && other >= 0 && !contradicting.has(image))
      contradicting.set(image, `${quoted(path)}: ${quoted(classes[one]!)} and ${quoted(classes[other]!)}`);
  });
  const [example] = contradicting.values();
  return {
    rows: [...first].flatMap(([image, i]) => (read.rows[i]!.predicted < 0 ? [] : [{ image, ...read.rows[i]! }])),
    notes: [
      ...(repeated > 0 ? [`${counted(repeated, 'row repeats', 'rows repeat')} an image; its first row counts.`] : []),
      ...(example === undefined
        ? []
        : [`${counted(contradicting.size, 'image has', 'images have')} rows that contradict each other (${example}).`]),
    ],
  };
}

function matchNotes(unmatched: readonly string[], missing: number, images: number): string[] {
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
  ];
}

function unusedNote(header: readonly string[], used: ReadonlySet<number>): string[] {
  const unused = header.filter((name, c) => !used.has(c) && !isIndex(name));
  return unused.length === 0
    ? []
    : [
        `${unused.length === 1 ? 'The column' : 'The columns'} ${few(unused)} ${unused.length === 1 ? 'is' : 'are'} not read.`,
      ];
}

/**
 * Reads a table with a column that names the image, and a column of the predicted class, a column of outputs for each
 * class, or one output for two classes.
 * @param table all cells, the header first. A table without a header is recognised if a cell of its first row names an
 * image.
 * @param classes in code-point order, as everywhere
 * @param unlabelled paths of the images of the folder that have no label
 * @param model which model to read where the table has several; null for none chosen
 * @throws PlumblineError `several-models` if the table has several and none is chosen; `bad-predictions` with one
 * sentence, if nothing can be read
 */
export function importPredictions(
  table: readonly (readonly string[])[],
  images: readonly LabelledImage[],
  classes: readonly string[],
  model: string | null = null,
  unlabelled: readonly string[] = [],
): Imported {
  const isImage = namesOf(images);
  const cells = withNames(predictionTable(table, isImage, classes.length), images, isImage);
  if (cells.body.length === 0) throw bad('The table of predictions has no rows.');
  checkWidth(cells);
  const named = imageColumn(cells, isImage, classes);
  const given = withoutLongRows(cells, named.column, classes);
  const { column, note } = given === cells ? named : { ...named, column: 0 };
  const matched = oneRun(given.header, matchRows(given, column, images, unlabelled), model);
  const read = readRows({ header: given.header, rows: matched.rows, classes, model }, column);
  const { rows, notes } = firstRows(matched, read, classes);
  const predicted = new Set(rows.map((row) => row.image));
  const missing = images.filter((image) => !predicted.has(image.id)).map((image) => image.id);
  return {
    rows,
    scale: read.scale,
    notes: [
      ...given.notes,
      ...note,
      ...matched.notes,
      ...read.notes,
      ...notes,
      ...unusedNote(given.header, new Set([...read.used, ...matched.run])),
      ...matchNotes(matched.unmatched, missing.length, images.length),
    ],
    unmatched: matched.unmatched,
    missing,
  };
}
