/** Writes what numpy.save writes, version 1.0. */
export function npy(
  rows: readonly (readonly number[])[],
  { type = '<f4', fortran = false, shape }: { type?: string; fortran?: boolean; shape?: string } = {},
): Uint8Array<ArrayBuffer> {
  const sizes = shape ?? `${rows.length}, ${rows[0]?.length ?? 0}`;
  const text = `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${sizes}), }`;
  const header = `${text.padEnd(118 - 1)}\n`;
  const values = type === '<f8' ? Float64Array.from(rows.flat()) : Float32Array.from(rows.flat());
  const bytes = new Uint8Array(10 + header.length + values.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  bytes.set(Buffer.from(header, 'latin1'), 10);
  bytes.set(new Uint8Array(values.buffer), 10 + header.length);
  return bytes;
}
