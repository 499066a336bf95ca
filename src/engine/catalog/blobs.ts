/** Arrays of numbers as the store holds them: their bytes, little-endian as everywhere. */

export const bytesOf = (values: Float32Array | Int32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** A copy: a blob need not lie where numbers of four bytes may. */
export const floatsOf = (blob: Buffer): Float32Array => new Float32Array(Uint8Array.from(blob).buffer);

export const integersOf = (blob: Buffer): Int32Array => new Int32Array(Uint8Array.from(blob).buffer);
