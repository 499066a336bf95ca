/** Conversion between arrays of numbers and the blobs in the store, which hold the numbers in little-endian order. */

export const bytesOf = (values: Float32Array | Int32Array | Int16Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** Copies the blob, because it may not be aligned to four bytes. */
export const floatsOf = (blob: Buffer): Float32Array => new Float32Array(new Uint8Array(blob).buffer);

export const integersOf = (blob: Buffer): Int32Array => new Int32Array(new Uint8Array(blob).buffer);

export const shortsOf = (blob: Buffer): Int16Array => new Int16Array(new Uint8Array(blob).buffer);

/** Two bytes for each number: 11 significant bits, at most 65,504 in magnitude; a larger one becomes infinite. */
export const halfBytesOf = (values: Float32Array): Buffer => Buffer.from(Float16Array.from(values).buffer);

export const halvesOf = (blob: Buffer): Float16Array => new Float16Array(new Uint8Array(blob).buffer);
