/**
 * How typed arrays travel over a connection of text: as an object with the name of the type and the elements in base64
 * (little-endian, as on every machine that Plumbline runs on). The key has a NUL, which no name of a class or file has.
 */
import { z } from 'zod';

export const TEXT_ARRAY = '\u0000array';

export const textArrayTypes = { Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array } as const;
export type TextArrayType = keyof typeof textArrayTypes;

export const textArraySchema = z.strictObject({
  [TEXT_ARRAY]: z.tuple([z.enum(Object.keys(textArrayTypes) as TextArrayType[]), z.string()]),
});
export type TextArray = z.infer<typeof textArraySchema>;
