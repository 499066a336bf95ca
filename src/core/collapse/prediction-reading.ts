/** Reads the predicted class and the probabilities of each row, once the image of the row is known. */
import { argmax } from '../statistics/argmax';
import { quoted } from '../text/names';
import { counted, integer } from '../text/numbers';
import { readOutputs, SUM_TOLERANCE, type OutputScale } from './outputs';
import { numeric, numbersOfCells } from './prediction-cells';
import {
  bad,
  cellsOf,
  few,
  fromPredictions,
  isScore,
  labelColumn,
  columnName,
  readLabelColumn,
  readsAny,
  truthNotes,
  unknownNotes,
  type LabelColumn,
  type MatchedTable,
  type PredictionReading,
} from './prediction-choice';
import {
  classesWithColumn,
  isIndex,
  moreNumbered,
  namesClass,
  outputColumns,
  roleOf,
  type OutputColumns,
} from './prediction-columns';
import { anotherOrder, classOrders, likeliest, type Candidate } from './prediction-labels';
import { chosenModel } from './several-models';

interface Scored {
  readonly rows: readonly (Float64Array | null)[];
  readonly scale: OutputScale;
  readonly notes: readonly string[];
  /** What is said of rows that do not sum to 1, unless outputs of other classes were left out. */
  readonly sumNotes: readonly string[];
}

function score(table: MatchedTable, columns: readonly number[]): Scored {
  const { values, empty, percent, comma } = numbersOfCells(
    table.rows.map(({ cells }) => columns.map((column) => cells[column] ?? '')),
    (row, c) =>
      `row ${integer(table.rows[row]!.row)} (${quoted(table.rows[row]!.path)}), column ${columnName(table, columns[c]!)},`,
  );
  if (empty)
    throw bad(
      `The columns ${few(columns.map((column) => table.header[column] ?? ''))} are empty: there are no outputs to read.`,
    );
  const numbers = percent ? values.map((row) => row.map((value) => value / 100)) : values;
  const { scale, rows, notFinite, notes } = readOutputs(numbers, table.classes.length);
  if (rows.every((row) => row === null))
    throw bad(
      'Every output in the table is NaN or infinite: the model had already diverged when it was saved; train again with a lower learning rate.',
    );
  const first = quoted(table.rows[rows.indexOf(null)]?.path ?? '');
  return {
    rows,
    scale,
    notes: [
      ...(percent ? ['The outputs are written with percent signs.'] : []),
      ...(comma ? ['The numbers are read with decimal commas.'] : []),
      ...(scale === 'independent' ? [] : notes),
      ...(notFinite > 0
        ? [
            `${counted(notFinite, 'row contains', 'rows contain')} NaN, infinity or an empty cell, for example ${first}, and ${notFinite === 1 ? 'is' : 'are'} left out. If a net outputs NaN, its training has diverged.`,
          ]
        : []),
    ],
    sumNotes: scale === 'independent' ? [...notes, ...unlike(numbers, (row) => table.rows[row]?.path ?? '')] : [],
  };
}

/** A sentence on rows whose outputs do not sum to 1, with the first of them and its sum. */
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

const headers = ({ header }: MatchedTable, columns: readonly number[]): string[] =>
  columns.map((column) => header[column] ?? '');

/** What the names of the columns of one model have besides the class: “resnet” for `resnet_cat` and `resnet_dog`. */
function setName(table: MatchedTable, columns: readonly number[]): string {
  const [first = ''] = headers(table, columns);
  const [name = ''] = table.classes;
  const rest = first.includes(name) ? first.replace(name, '') : first.replace(/\d+(?=\D*$)/, '');
  return rest.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || first;
}

/** Which columns stand for classes although they write their names in another way. */
function renamedColumns(table: MatchedTable, columns: readonly number[]): string[] {
  const names = headers(table, columns);
  const pairs = table.classes.flatMap((name, k) =>
    names[k]!.toLowerCase().includes(name.toLowerCase()) ? [] : [`${quoted(names[k]!)} as ${quoted(name)}`],
  );
  const [first, ...more] = pairs;
  return first === undefined
    ? []
    : [`Columns are read as classes: ${[first, ...more.slice(0, 2)].join(', ')}${more.length > 2 ? ', …' : ''}.`];
}

/**
 * Reads one output per class. For numbered columns, the order of the classes that fits best is used; see `likeliest`.
 */
function scoreClasses(
  table: MatchedTable,
  { named: byName, numbered, others }: OutputColumns,
): Scored & { columns: readonly number[] } {
  if (others.length > 0) {
    const first = byName ?? numbered!;
    const models = [first, ...others].map((columns) => ({ columns, name: setName(table, columns) }));
    const tops = models.map(({ columns }) =>
      score(table, columns)
        .rows.map((row) => (row ? argmax(row) : -1))
        .join(),
    );
    if (new Set(tops).size > 1) {
      const { columns } = chosenModel(models, table.model);
      const only = byName === null ? { named: null, numbered: columns } : { named: columns, numbered: null };
      const found = scoreClasses(table, { ...only, others: [] });
      return { ...found, notes: [`The outputs are taken from ${few(headers(table, columns))}.`, ...found.notes] };
    }
  }
  const ways = [
    ...(byName === null ? [] : [{ columns: byName, said: 'class names' }]),
    ...(numbered === null
      ? []
      : classOrders(table.classes).map((order) => ({
          columns: table.classes.map((_, k) => numbered[order.classes.indexOf(k)]!),
          said: `positions in the ${order.said}`,
        }))),
  ];
  const candidates = ways.map(({ columns, said }): Candidate<Scored & { columns: readonly number[] }> => {
    const scored = score(table, columns);
    return { predicted: scored.rows.map((row) => (row ? argmax(row) : -1)), said, way: { ...scored, columns } };
  });
  const { chosen, instead } = likeliest(
    candidates,
    table.rows.map((row) => row.label),
  );
  const said =
    byName !== null && chosen === candidates[0]
      ? renamedColumns(table, byName)
      : [`The columns are numbered. They are read as ${chosen.said}.${instead === null ? '' : ` ${instead}`}`];
  const more =
    others.length > 0
      ? [
          `The table contains several outputs for each class, which predict the same. Only ${few(headers(table, chosen.way.columns))} are read.`,
        ]
      : [];
  return { ...chosen.way, notes: [...said, ...more, ...chosen.way.notes] };
}

/**
 * If the predicted class does not have the largest probability, the predicted class counts: a threshold may have chosen
 * it.
 */
function combine(table: MatchedTable, scored: Scored, found: LabelColumn): PredictionReading {
  const rows = scored.rows.map((probabilities, i) => ({ predicted: found.labels.predicted[i]!, probabilities }));
  const both = rows.flatMap(({ predicted, probabilities }) =>
    probabilities && predicted >= 0 ? [{ predicted, probabilities }] : [],
  );
  const differ = both.filter(
    ({ predicted, probabilities }) => probabilities[predicted]! < probabilities[argmax(probabilities)]! - 1e-9,
  ).length;
  return {
    rows: rows.map((row) => (row.probabilities === null ? { ...row, predicted: -1 } : row)),
    scale: scored.scale,
    notes: [
      ...found.notes,
      ...found.labels.notes,
      ...scored.notes,
      ...scored.sumNotes,
      ...(differ > 0
        ? [
            `In ${integer(differ)} of ${counted(both.length, 'row')}, the class in the column ${columnName(table, found.column)} does not have the largest output. The class in the column counts as the prediction.`,
          ]
        : []),
      ...unknownNotes(table, found),
    ],
    used: found.used,
  };
}

const alone = (scored: Scored, used: readonly number[]): PredictionReading => ({
  rows: scored.rows.map((probabilities) => ({ predicted: probabilities ? argmax(probabilities) : -1, probabilities })),
  scale: scored.scale,
  notes: [...scored.notes, ...scored.sumNotes, ...tieNote(scored.rows)],
  used,
});

const TIE = 1e-12;

/** Outputs that do not depend on the image are often the same for all classes. */
function tieNote(rows: Scored['rows']): string[] {
  const read = rows.filter((row) => row !== null);
  const tied = read.filter((row) => {
    const top = Math.max(...row);
    return row.filter((value) => top - value <= TIE).length > 1;
  }).length;
  return tied === 0
    ? []
    : [
        `In ${integer(tied)} of ${counted(read.length, 'row')}, several classes share the largest output. The first of them counts as the prediction.`,
      ];
}

/** Columns of numbers from 0 to 1 beside the outputs, named after classes that the data set does not have. */
function foreignOutputs(table: MatchedTable, taken: ReadonlySet<number>, image: number): number[] {
  return [...table.header.keys()].filter((column) => {
    const name = table.header[column] ?? '';
    if (column === image || taken.has(column) || roleOf(name) !== null || isIndex(name)) return false;
    if (namesClass(name, table.classes)) return false;
    const cells = cellsOf(table, column);
    return (
      isScore(table, column) && cells.every((cell) => cell.trim() !== '' && Number(cell) >= 0 && Number(cell) <= 1)
    );
  });
}

function foreignNote({ header }: MatchedTable, columns: readonly number[]): string[] {
  if (columns.length === 0) return [];
  const names = few(columns.map((column) => header[column] ?? ''));
  return [
    `The table seems to have outputs for ${names}, which ${columns.length === 1 ? 'is no class' : 'are no classes'} of this data set. They are left out, and the other outputs are compared among themselves.`,
  ];
}

function readClassOutputs(table: MatchedTable, outputs: OutputColumns, image: number): PredictionReading {
  const scored = scoreClasses(table, outputs);
  const taken = new Set([image, ...(outputs.named ?? []), ...(outputs.numbered ?? []), ...outputs.others.flat()]);
  const columns = [...table.header.keys()].filter(
    (column) => !taken.has(column) && roleOf(table.header[column] ?? '') === 'prediction' && !isScore(table, column),
  );
  // Beside the outputs of several models, only the class that the chosen model predicted belongs to them.
  const { model } = table;
  const own =
    outputs.others.length === 0 || model === null
      ? columns
      : columns.filter((column) => (table.header[column] ?? '').includes(model));
  const found = own.length > 0 ? fromPredictions(table, own) : null;
  if (found === null) {
    const foreign = foreignOutputs(table, taken, image);
    const only = alone(foreign.length > 0 ? { ...scored, sumNotes: [] } : scored, [...taken, ...foreign]);
    return { ...only, notes: [...foreignNote(table, foreign), ...only.notes] };
  }
  if (readsAny(found.labels)) {
    const both = combine(table, scored, found);
    return { ...both, used: [...taken, ...both.used] };
  }
  const note = `The column ${columnName(table, found.column)} names no class of the data set. The class with the largest output counts as the prediction.`;
  const only = alone(scored, [...taken, ...found.used]);
  return { ...only, notes: [note, ...only.notes] };
}

/**
 * Reads one number per image for two classes. It belongs to the class after which its column is named, otherwise to the
 * second class.
 */
function readScore(table: MatchedTable, image: number): PredictionReading | null {
  if (table.classes.length !== 2) return null;
  const own = classesWithColumn(table.header, table.classes);
  const at = own.findIndex((column) => column !== null && column !== image);
  // Another column of numbers would belong to a class that is not in the data set.
  const foreign = [...table.header.keys()].some(
    (c) =>
      c !== image &&
      !own.includes(c) &&
      roleOf(table.header[c] ?? '') === null &&
      !isIndex(table.header[c] ?? '') &&
      numeric(cellsOf(table, c)),
  );
  if (at >= 0) {
    if (foreign) return null;
    const scored = score(table, [own[at]!]);
    const turned = at === 1 ? scored.rows : scored.rows.map((row) => row && Float64Array.of(row[1]!, row[0]!));
    const note = `The table has one number per image. It is read as the output for ${quoted(table.classes[at]!)}.`;
    return alone(
      { ...scored, rows: turned, notes: [note, ...scored.notes.filter((said) => !said.includes('second class'))] },
      [image, own[at]!],
    );
  }
  const column = [...table.header.keys()].find(
    (c) =>
      c !== image &&
      (roleOf(table.header[c] ?? '') === 'score' ||
        roleOf(table.header[c] ?? '') === 'prediction' ||
        isScore(table, c)) &&
      numeric(cellsOf(table, c)),
  );
  return column === undefined ? null : alone(score(table, [column]), [image, column]);
}

/**
 * @param image index of the column that contains the image
 * @throws PlumblineError `bad-predictions` with one sentence, if nothing can be read
 */
export function readRows(table: MatchedTable, image: number): PredictionReading {
  const isOutput = (column: number): boolean => {
    const role = roleOf(table.header[column] ?? '');
    return column !== image && numeric(cellsOf(table, column)) && (role !== 'prediction' || isScore(table, column));
  };
  const more = moreNumbered(table.header, table.classes, isOutput);
  if (more > 0)
    throw bad(
      `The table has ${counted(more, 'numbered column')} of outputs, but the data set has ${counted(table.classes.length, 'class', 'classes')}: the model was trained on other classes. Name each column after its class.`,
    );
  const outputs = outputColumns(table.header, table.classes, isOutput);
  const found = outputs === null ? labelColumn(table, new Set([image])) : null;
  const reading =
    outputs !== null
      ? readClassOutputs(table, outputs, image)
      : found !== null
        ? readLabelColumn(table, found)
        : readScore(table, image);
  if (reading === null) throw bad(nothingFound(table, image));
  const truth = truthNotes(table, new Set([image, ...reading.used]));
  const order = anotherOrder(
    reading.rows.map(({ predicted }) => predicted),
    table.rows.map(({ label }) => label),
    table.classes,
  );
  return {
    ...reading,
    notes: [...reading.notes, ...order, ...truth.notes],
    used: [image, ...reading.used, ...truth.used],
  };
}

function nothingFound({ header, classes }: MatchedTable, image: number): string {
  const own = classesWithColumn(header, classes);
  const missing = classes.filter((_, k) => own[k] === null || own[k] === image);
  if (missing.length === 0)
    return `The columns of the classes do not add the same to the class names: ${few(own.map((at) => header[at!]!))}. Name them all in the same way.`;
  return missing.length < classes.length
    ? `The table has a column for some classes but none for ${few(missing)}.`
    : `The table has neither a column “predicted” nor one column for each of the ${classes.length} classes: its columns are ${few(header)}.`;
}
