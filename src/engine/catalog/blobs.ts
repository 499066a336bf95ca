/** Conversion between arrays of numbers and the blobs in the store, which hold the numbers in little-endian order. */

export const bytesOf = (values: Float32Array | Int32Array | Int16Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** Copies the blob, because it may not be aligned to four bytes. */
export const floatsOf = (blob: Buffer): Float32Array => new Float32Array(new Uint8Array(blob).buffer);

export const integersOf = (blob: Buffer): Int32Array => new Int32Array(new Uint8Array(blob).buffer);

/** Copies the blob only if it is not aligned to two bytes. */
export function shortsOf(blob: Buffer): Int16Array {
  const { buffer, byteOffset, byteLength } = blob.byteOffset % 2 === 0 ? blob : new Uint8Array(blob);
  return new Int16Array(buffer, byteOffset, byteLength / 2);
}

/** Two bytes for each number: 11 significant bits, at most 65,504 in magnitude; a larger one becomes infinite. */
export const halfBytesOf = (values: Float32Array): Buffer => Buffer.from(Float16Array.from(values).buffer);

export const halvesOf = (blob: Buffer): Float16Array => new Float16Array(new Uint8Array(blob).buffer);
