/** Writes arrays as NumPy and the IDX files of MNIST do. */

/** @param type as NumPy names it, for example |u1 or <f4 */
export function npyOf(type: string, shape: readonly number[], elements: Uint8Array): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`, 'latin1');
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  return Buffer.concat([start, header, elements]);
}

export function idxOf(shape: readonly number[], elements: Uint8Array): Buffer {
  const sizes = Buffer.alloc(4 * shape.length);
  shape.forEach((size, at) => sizes.writeUInt32BE(size, 4 * at));
  return Buffer.concat([Buffer.from([0, 0, 8, shape.length]), sizes, elements]);
}

/** Bytes that differ from each other, so that a wrong order of pixels shows. */
export const bytesFrom = (seed: number, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => (seed * 31 + i * 7 + (i >> 3)) % 256);
