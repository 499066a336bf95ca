/**
 * Tables whose rows are images, as MNIST, Sign Language MNIST, FER-2013 and HAM10000 are published on Kaggle: one
 * column for each value, or one column with all values.
 */
import { DELIMITER_CHARACTERS } from './delimiter';

export interface PixelColumns {
  /** Whether the first line names the columns. */
  readonly header: boolean;
  /** The columns of the values in their order, or the one column that has all of them. */
  readonly pixels: readonly number[];
  /** Whether one cell has all values, with blanks between them. */
  readonly packed: boolean;
  /** All other columns. */
  readonly others: readonly { readonly at: number; readonly name: string }[];
  readonly side: number;
  /** Three: red, green and blue of each pixel are side by side, or with `planar` one after the other, as in CIFAR. */
  readonly channels: 1 | 3;
  readonly planar: boolean;
}

type Shape = Pick<PixelColumns, 'side' | 'channels'>;

const PIXELS = /^(pixels?|pixel_?values|image_?pixels)$/i;
/** `pixel12`, `px_12`, `28x28`. */
const PIXEL_NUMBER = /^((pixel|pix|px)[-_. ]?\d+|\d+x\d+)$/i;
const PACKED = /^\[?\s*\d+(\.\d+)?([\s,]+\d+(\.\d+)?){15,}/;
const BYTE = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.0+)?$/;
const NUMBER = /^-?\d+([.,]\d+)?(e[-+]?\d+)?$/i;

/** Cells in the first bytes of a file that show a row of pixels. A table of other numbers has fewer columns. */
const FEWEST_NAMED = 30;
const FEWEST_BARE = 100;
const FEWEST_REPEATED = 60;
const SMALLEST_SIDE = 8;
/** Noise has nearly the same difference in both orders. */
const PLANAR_MOST = 0.95;

const unquoted = (cell: string): string => cell.trim().replace(/^"(.*)"$/s, '$1');

function delimiterIn(line: string): string {
  const count = (one: string): number => line.split(one).length;
  return DELIMITER_CHARACTERS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

/**
 * How sure the beginning of a file shows a table of pixels. `named`: its header says so. `bare`: only its numbers do,
 * so that it may be a table of other numbers.
 * @param head the first bytes of the file as text, at least 512 if the file has as many
 */
export function pixelTableIn(head: string): 'named' | 'bare' | null {
  const lines = head.replace(/^\uFEFF/, '').split(/\r?\n/);
  const delimiter = delimiterIn(lines[0]!);
  // The last cell may be cut off.
  const whole = lines.length > 1 ? lines[0]! : lines[0]!.slice(0, Math.max(0, lines[0]!.lastIndexOf(delimiter)));
  const first = whole.split(delimiter).map(unquoted);
  const start = /^[^\n]*\n(.*)$/s.exec(head)?.[1] ?? '';
  if (first.some((cell) => PIXELS.test(cell)))
    return start.split(delimiter).some((cell) => PACKED.test(cell.replace(/^"/, ''))) ? 'named' : null;
  const numbered = first.filter((cell) => PIXEL_NUMBER.test(cell)).length;
  if (numbered >= FEWEST_NAMED && numbered >= first.length - 3) return 'named';
  if (lines.length > 1) return null;
  // pandas names the columns of a file without a header after its first row: 0, 0.1, 0.2.
  const repeated = first.filter((cell) => /^\d{1,3}\.\d+$/.test(cell)).length;
  const all = first.every((cell) => BYTE.test(cell) || /^\d{1,3}\.\d+$/.test(cell));
  return all && (first.length >= FEWEST_BARE || repeated >= FEWEST_REPEATED) ? 'bare' : null;
}

function shapeOf(values: number): Shape | null {
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(values / channels);
    if (Number.isInteger(side) && side >= SMALLEST_SIDE) return { side, channels };
  }
  return null;
}

const LIST_BREAK = /[\s,;]+/;

/** The values in a cell that has all of them. */
const packedValues = (cell: string): number[] =>
  cell
    .replace(/^[\s[]+|[\s\]]+$/g, '')
    .split(LIST_BREAK)
    .map(Number);

/**
 * The columns of a table of pixels.
 * @param rows the cells of its first lines, with the header; at least two
 * @throws Error whose message says why the rows are no images
 */
export function pixelColumns(rows: readonly (readonly string[])[]): PixelColumns {
  const columns = { ...columnsIn(rows), planar: false };
  return { ...columns, planar: columns.channels === 3 && isPlanar(columns, rows.slice(columns.header ? 1 : 0)) };
}

/**
 * Whether neighbours in a column of pixels are more alike if the rows hold one channel after the other. Two pixels below
 * each other differ little: they are `side` values apart in the planar order, three times as many in the other one.
 */
function isPlanar(columns: PixelColumns, rows: readonly (readonly string[])[]): boolean {
  const difference = (values: readonly number[], step: number): number =>
    values.slice(step).reduce((sum, value, at) => sum + Math.abs(value - values[at]!), 0) / (values.length - step);
  let [planar, interleaved] = [0, 0];
  for (const row of rows) {
    const values = pixelsOf(columns, row);
    if (values === null) continue;
    planar += difference(values, columns.side);
    interleaved += difference(values, 3 * columns.side);
  }
  return planar < PLANAR_MOST * interleaved;
}

function columnsIn(rows: readonly (readonly string[])[]): Omit<PixelColumns, 'planar'> {
  const [first = [], ...below] = rows.map((row) => row.map(unquoted));
  const second = below[0] ?? [];
  const packedAt = first.findIndex((name, at) => PIXELS.test(name) && PACKED.test(second[at] ?? ''));
  if (packedAt >= 0) {
    const values = packedValues(second[packedAt]!).length;
    const others = first.flatMap((name, at) => (at === packedAt ? [] : [{ at, name }]));
    return { header: true, pixels: [packedAt], packed: true, others, ...squareOf(values) };
  }
  const named = first.flatMap((name, at) => (PIXEL_NUMBER.test(name) ? [at] : []));
  if (named.length > 0) {
    const others = first.flatMap((name, at) => (named.includes(at) ? [] : [{ at, name }]));
    return { header: true, pixels: named, packed: false, others, ...squareOf(named.length) };
  }
  const isText = (row: readonly string[]): boolean => row.some((cell) => !BYTE.test(cell));
  const header = isText(first) && !isText(second) && second.length > 0;
  const data = header ? below : [first, ...below];
  const all = first.map((_, at) => at);
  if (shapeOf(all.length) !== null) return { header, pixels: all, packed: false, others: [], ...squareOf(all.length) };
  const differs = (at: number): boolean => new Set(data.map((row) => row[at])).size > 1;
  // The label comes first, unless only the last column differs between rows.
  const label = !differs(0) && differs(all.length - 1) ? all.length - 1 : 0;
  const pixels = all.filter((at) => at !== label);
  return { header, pixels, packed: false, others: [{ at: label, name: 'label' }], ...squareOf(pixels.length) };
}

function squareOf(values: number): Shape {
  const shape = shapeOf(values);
  if (shape === null)
    throw new Error(`its rows have ${values} values each, which are no square image with 1 or 3 channels`);
  return shape;
}

/** The values of a row, the channels of each pixel side by side; null if a cell is missing or not a number. */
export function pixelsOf(columns: PixelColumns, row: readonly string[]): number[] | null {
  const { pixels, packed, side, channels, planar } = columns;
  const values = packed
    ? packedValues(unquoted(row[pixels[0]!] ?? ''))
    : pixels.map((at) => (NUMBER.test(unquoted(row[at] ?? '')) ? Number(unquoted(row[at]!).replace(',', '.')) : NaN));
  if (values.length !== side * side * channels || !values.every(Number.isFinite)) return null;
  const area = side * side;
  return planar ? values.map((_, at) => values[(at % channels) * area + Math.floor(at / channels)]!) : values;
}
