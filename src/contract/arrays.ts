/** Schemas of typed arrays in messages between processes. */
import { z } from 'zod';

export const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
export const intsSchema = z.custom<Int32Array>((value) => value instanceof Int32Array);
export const floatsSchema = z.custom<Float32Array>((value) => value instanceof Float32Array);

/**
 * Counts in rows and columns. Checked in one go: a check of each number by a schema takes ten times as long, and the
 * confusion matrix of 1,000 classes has a million.
 */
export const countsSchema = z.custom<number[][]>(
  (value) =>
    Array.isArray(value) &&
    value.every((row) => Array.isArray(row) && row.every((count) => Number.isSafeInteger(count))),
);
