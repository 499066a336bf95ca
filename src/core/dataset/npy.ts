/** Reads matrices in NumPy's .npy format (NumPy Enhancement Proposal 1, versions 1 to 3). */

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. */
  readonly values: Float32Array | Float64Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const TYPES = { '<f4': Float32Array, '<f8': Float64Array } as const;
/** The header of a plain array is much shorter. */
const MOST_HEADER = 4096;
const HINT = 'save it with numpy.save(file, numpy.ascontiguousarray(a, dtype="float32"))';

const isType = (name: string): name is keyof typeof TYPES => Object.hasOwn(TYPES, name);

/**
 * @param bytes the file, or at least its header
 * @returns the name of the element type, the shape, and where the elements begin, in bytes
 * @throws Error with a message that says what is wrong with the file
 */
export function readNpyHeader(bytes: Uint8Array): {
  readonly type: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly start: number;
} {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) throw new Error('it is not a .npy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! > 1;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = String.fromCharCode(...bytes.subarray(wide ? 12 : 10, Math.min(start, MOST_HEADER)));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? 'a structured type';
  const shape = /'shape':\s*\(([\d,\s]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  if (shape === undefined) throw new Error('its header has no shape');
  return { type, fortran: /'fortran_order':\s*True/.test(header), shape, start };
}

/**
 * @param bytes the whole file: float32 or float64, little endian, C order, two dimensions
 * @throws Error with a message that says what is wrong with the file and how to save it correctly
 */
export function readNpy(bytes: Uint8Array): Matrix {
  const { type, fortran, shape, start } = readNpyHeader(bytes);
  if (!isType(type)) throw new Error(`its numbers are ${type}, not little-endian float32 or float64; ${HINT}`);
  if (fortran) throw new Error(`it is stored column by column (Fortran order); ${HINT}`);
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || shape.length !== 2)
    throw new Error(
      `its array has ${shape.length} ${shape.length === 1 ? 'dimension' : 'dimensions'}, not 2: one row for each image`,
    );
  const size = rows * columns * TYPES[type].BYTES_PER_ELEMENT;
  if (bytes.length - start !== size)
    throw new Error(
      `it should hold ${rows} × ${columns} numbers but ${bytes.length - start < size ? 'ends early' : 'is longer'}; save it again`,
    );
  // The bytes are copied, because a typed array must begin at a multiple of its element size and the data may begin
  // elsewhere.
  const data = new Uint8Array(bytes.subarray(start));
  return { rows, columns, values: new TYPES[type](data.buffer, 0, rows * columns) };
}
