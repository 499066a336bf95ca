/**
 * Reads predictions of the user's own model: from a table in any common form to class indices and probabilities per
 * image.
 */
import { matchImages } from '../dataset/image-match';
import { withoutTitle } from '../dataset/title-rows';
import { matchSentences } from '../text/matching';
import { counted, integer } from '../text/numbers';
import { quoted } from '../text/names';
import type { OutputScale } from './outputs';
import { listOf, numeric } from './prediction-cells';
import { bad, few, type MatchedRow, type PredictionReading } from './prediction-choice';
import { classesWithColumn, imageRank, isIndex, namelessColumn, roleOf } from './prediction-columns';
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

type Row = readonly string[];

interface Table {
  readonly header: Row;
  readonly body: readonly Row[];
  readonly notes: readonly string[];
}

const leftOut = (n: number): string => (n === 1 ? 'it is left out' : 'they are left out');
const filled = (cell: string | undefined): boolean => cell !== undefined && cell.trim() !== '';

/** File names of a data set, with and without ending, in lower case. Only tells image columns from other columns. */
function namesOf(images: readonly LabelledImage[]): (cell: string) => boolean {
  const base = (path: string): string => path.trim().split(/[\\/]/).at(-1)?.toLowerCase() ?? '';
  const names = new Set(images.flatMap(({ path }) => [base(path), base(path).replace(/\.[^.]*$/, '')]));
  return (cell) => filled(cell) && (names.has(base(cell)) || names.has(base(cell).replace(/\.[^.]*$/, '')));
}

/**
 * Gives a table whose first row is already a prediction a header. As many columns of numbers as there are classes are
 * numbered like the columns of a data frame.
 */
function withHeader(table: readonly Row[], isImage: (cell: string) => boolean, width: number): Table {
  const [first = [], ...body] = table;
  const named = first.some((cell) => imageRank(cell) !== null || roleOf(cell) !== null);
  const image = first.findIndex((cell) => /\.[a-z]{3,4}$|[\\/]/i.test(cell.trim()) && isImage(cell));
  if (named || image < 0) return { header: first, body, notes: [] };
  const others = [...first.keys()].filter((c) => c !== image);
  const outputs = others.length === width && others.every((c) => numeric(table.map((row) => row[c] ?? '')));
  const name = (c: number): string => (outputs ? String(others.indexOf(c)) : namelessColumn(c));
  return {
    header: first.map((_, c) => (c === image ? 'path' : name(c))),
    body: table,
    notes: ['The table has no header. Its first line is read as a prediction.'],
  };
}

/** The table without the lines above its header, with a sentence on them. */
function titled(table: readonly Row[], isImage: (cell: string) => boolean, width: number): Table {
  const { rows, before } = withoutTitle(table);
  const found = withHeader(rows, isImage, width);
  if (before.length === 0) return found;
  const said = `${counted(before.length, 'line')} above the header ${before.length === 1 ? 'is' : 'are'} not read: ${quoted(before[0]!)}.`;
  return { ...found, notes: [said, ...found.notes] };
}

/** A column of lists with one number per class becomes one numbered column per class. */
function withoutLists({ header, body, notes }: Table, width: number): Table {
  const lists = header.map((_, c) => {
    const cell = body.find((row) => filled(row[c]))?.[c] ?? '';
    const list = listOf(cell);
    return list?.length === width && list.every((part) => /^[-+]?[\d.]+(e[-+]?\d+)?$|^nan$/i.test(part));
  });
  if (!lists.includes(true)) return { header, body, notes };
  const empty = Array.from({ length: width }, () => '');
  return {
    header: header.flatMap((name, c) => (lists[c] ? empty.map((_, k) => `${name}_${k}`) : [name])),
    body: body.map((row) => header.flatMap((_, c) => (lists[c] ? (listOf(row[c] ?? '') ?? empty) : [row[c] ?? '']))),
    notes,
  };
}

/** The labels in a cell such as `[{"label": "cat", "score": 0.8}, …]`, as pipelines write them; null for other cells. */
function ranking(cell: string): Map<string, string> | null {
  if (!/^\s*\[\s*\{/.test(cell)) return null;
  try {
    const entries = JSON.parse(cell) as Readonly<Record<string, unknown>>[];
    const pairs = entries.map(({ label, class: name, score, probability }) => [label ?? name, score ?? probability]);
    const known = pairs.every(([label, score]) => typeof label === 'string' && typeof score === 'number');
    return known ? new Map(pairs.map(([label, score]) => [String(label), String(score)])) : null;
  } catch {
    return null;
  }
}

/** A column of rankings becomes one column for each label, or the best label where not all rows rank the same labels. */
function withoutRankings({ header, body, notes }: Table): Table {
  const at = header.findIndex((_, c) => body.length > 0 && body.every((row) => ranking(row[c] ?? '') !== null));
  if (at < 0) return { header, body, notes };
  const rankings = body.map((row) => ranking(row[at] ?? '')!);
  const labels = [...new Set(rankings.flatMap((one) => [...one.keys()]))];
  const whole = rankings.every((one) => labels.every((label) => one.has(label)));
  const best = (one: ReadonlyMap<string, string>): string =>
    [...one.keys()].toSorted((a, b) => Number(one.get(b)) - Number(one.get(a)))[0] ?? '';
  return {
    header: header.flatMap((name, c) => (c !== at ? [name] : whole ? labels : ['predicted'])),
    body: body.map((row, r) =>
      header.flatMap((_, c) =>
        c !== at ? [row[c] ?? ''] : whole ? labels.map((label) => rankings[r]!.get(label)!) : [best(rankings[r]!)],
      ),
    ),
    notes,
  };
}

/** The column that names the image: by its name if its cells fit, otherwise by its cells. */
function imageColumn(
  { header, body }: Table,
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
  const found = free.find((c) => different(c) && most(c));
  if (found !== undefined)
    return { column: found, note: [`The images are taken from the column ${quoted(header[found]!)}.`] };
  if (named[0] !== undefined) return { column: named[0], note: [] };
  throw bad(
    `The table has no column that names the image: its columns are ${few(header)}; one must be called path, file, filename or image.`,
  );
}

/** Cells beyond the header would be read in the wrong column. */
function checkWidth({ header, body }: Table): void {
  const at = body.findIndex((row) => row.slice(header.length).some(filled));
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

function matchRows({ body }: Table, column: number, images: readonly LabelledImage[]): Matched {
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
  const unmatched = paths.filter((_, i) => typeof found[i] !== 'number');
  if (rows.length === 0)
    throw bad(
      `${body.length === 1 ? 'The only row matches no image' : `None of the ${integer(body.length)} rows matches an image`} of this data set, for example ${few(unmatched.slice(0, 2))}.`,
    );
  return { rows, unmatched, notes: matchSentences(counts) };
}

/**
 * If a column tells apart several predictions of each image, only those of the chosen model are read.
 * @throws PlumblineError as `chosenModel`
 */
function oneRun(header: Row, matched: Matched, model: string | null): Matched & { run: number[] } {
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

function unusedNote(header: Row, used: ReadonlySet<number>): string[] {
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
 * @param model which model to read where the table has several; null for none chosen
 * @throws PlumblineError `several-models` if the table has several and none is chosen; `bad-predictions` with one
 * sentence, if nothing can be read
 */
export function importPredictions(
  table: readonly Row[],
  images: readonly LabelledImage[],
  classes: readonly string[],
  model: string | null = null,
): Imported {
  const isImage = namesOf(images);
  const given = withoutLists(withoutRankings(titled(table, isImage, classes.length)), classes.length);
  if (given.body.length === 0) throw bad('The table of predictions has no rows.');
  checkWidth(given);
  const { column, note } = imageColumn(given, isImage, classes);
  const matched = oneRun(given.header, matchRows(given, column, images), model);
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
