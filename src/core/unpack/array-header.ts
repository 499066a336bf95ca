/**
 * The headers of files that contain one array: NumPy's .npy (NumPy Enhancement Proposal 1, versions 1 to 3) and IDX,
 * the format of MNIST (http://yann.lecun.com/exdb/mnist/).
 */
import { latin } from '../images/formats';
import { readNpyHeader } from '../dataset/npy';

export interface ArrayHeader {
  /** Unsigned, signed, floating point, boolean, text of four bytes per character, text of one byte per character (Latin-1). */
  readonly kind: 'u' | 'i' | 'f' | 'b' | 'U' | 'S';
  /** Bytes of one element. */
  readonly size: number;
  readonly little: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin, in bytes. They are in C order. */
  readonly start: number;
}

/** Enough bytes for the header of any array file that is read. */
export const ARRAY_HEAD_BYTES = 8192;

const SIZES: Readonly<Record<string, readonly number[]>> = { u: [1, 2, 4, 8], i: [1, 2, 4, 8], f: [2, 4, 8], b: [1] };

/** @throws Error that says what is wrong with the file */
export function npyArrayHeader(head: Uint8Array): ArrayHeader {
  return headerOf(readNpyHeader(head));
}

/**
 * @param array `type` as NumPy writes it: `<i8`, `|u1`
 * @throws Error that says which elements or order are not read
 */
export function headerOf({
  type,
  fortran,
  shape,
  start,
}: Pick<ArrayHeader, 'shape' | 'start'> & { readonly type: string; readonly fortran: boolean }): ArrayHeader {
  const [, order, kind, digits] = /^([<>|=])?([uifbUS])(\d+)$/.exec(type) ?? [];
  if (kind === undefined)
    throw new Error(
      type === '|O'
        ? 'it contains Python objects, which are not read for safety; save it as an array of numbers'
        : `its elements have the type ${type}, which is not read; save it as uint8`,
    );
  const size = Number(digits) * (kind === 'U' ? 4 : 1);
  if (SIZES[kind]?.includes(size) === false) throw new Error(`its elements have the type ${type}, which is not read`);
  if (fortran && shape.length > 1)
    throw new Error('it is stored column by column (Fortran order); save it with numpy.ascontiguousarray');
  return { kind: kind as ArrayHeader['kind'], size, little: order !== '>', shape, start };
}

const IDX_TYPES: Readonly<Record<number, readonly [ArrayHeader['kind'], number]>> = {
  0x08: ['u', 1],
  0x09: ['i', 1],
  0x0b: ['i', 2],
  0x0c: ['i', 4],
  0x0d: ['f', 4],
  0x0e: ['f', 8],
};

/** @throws Error that says what is wrong with the file */
export function idxArrayHeader(head: Uint8Array): ArrayHeader {
  const type = IDX_TYPES[head[2] ?? 0];
  const dimensions = head[3] ?? 0;
  const start = 4 + 4 * dimensions;
  if (head.length < start || head[0] !== 0 || head[1] !== 0 || type === undefined || dimensions === 0)
    throw new Error('it does not begin like an IDX file');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  return { kind: type[0], size: type[1], little: false, shape, start };
}

/** @throws Error that says what is wrong with the file */
export function arrayHeader(head: Uint8Array): ArrayHeader {
  return latin(head, 1, 6) === 'NUMPY' ? npyArrayHeader(head) : idxArrayHeader(head);
}

/** Number of elements. */
export const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024);
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/**
 * Reads one number of an array.
 * @returns a function from a view and the position of the element in bytes to its value
 * @throws RangeError for text
 */
export function numberReader({ kind, size, little }: ArrayHeader): (view: DataView, at: number) => number {
  switch (`${kind}${size}`) {
    case 'u1':
    case 'b1':
      return (view, at) => view.getUint8(at);
    case 'i1':
      return (view, at) => view.getInt8(at);
    case 'u2':
      return (view, at) => view.getUint16(at, little);
    case 'i2':
      return (view, at) => view.getInt16(at, little);
    case 'u4':
      return (view, at) => view.getUint32(at, little);
    case 'i4':
      return (view, at) => view.getInt32(at, little);
    case 'u8':
      return (view, at) => Number(view.getBigUint64(at, little));
    case 'i8':
      return (view, at) => Number(view.getBigInt64(at, little));
    case 'f2':
      return (view, at) => half(view.getUint16(at, little));
    case 'f4':
      return (view, at) => view.getFloat32(at, little);
    case 'f8':
      return (view, at) => view.getFloat64(at, little);
    default:
      throw new RangeError(`The elements ${kind}${size} are not numbers.`);
  }
}

function textAt({ kind, size, little }: ArrayHeader, view: DataView, at: number): string {
  const step = kind === 'U' ? 4 : 1;
  const points = Array.from({ length: size / step }, (_, i) =>
    step === 4 ? view.getUint32(at + 4 * i, little) : view.getUint8(at + i),
  );
  return String.fromCodePoint(...points).replace(/\0+$/, '');
}

/**
 * All rows of an array of labels as text: numbers and names as they are, the position of the only 1 in a row of 0 and
 * 1.
 * @param data the elements, without the header
 * @throws Error that says why a row is no label
 */
export function labelsOfArray(header: ArrayHeader, data: Uint8Array): string[] {
  const [rows = 0] = header.shape;
  const width = rows === 0 ? 0 : elements(header.shape) / rows;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const at = (row: number, column: number): number => (row * width + column) * header.size;
  if (header.kind === 'U' || header.kind === 'S')
    return Array.from({ length: rows }, (_, row) => textAt(header, view, at(row, 0)));
  const read = numberReader(header);
  return Array.from({ length: rows }, (_, row) => {
    if (width === 1) return String(read(view, at(row, 0)));
    const values = Array.from({ length: width }, (_, column) => read(view, at(row, column)));
    const ones = values.flatMap((value, column) => (value === 1 ? [column] : []));
    if (ones.length !== 1 || values.some((value) => value !== 0 && value !== 1))
      throw new Error(`row ${row + 1} has not exactly one 1`);
    return String(ones[0]);
  });
}
