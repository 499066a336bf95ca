/** Schemas of typed arrays in messages between processes. */
import { z } from 'zod';

export const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
export const intsSchema = z.custom<Int32Array>((value) => value instanceof Int32Array);
export const floatsSchema = z.custom<Float32Array>((value) => value instanceof Float32Array);
