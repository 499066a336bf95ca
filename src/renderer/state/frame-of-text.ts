/** Frames of JSON in which typed arrays are in base64. */
import { TEXT_ARRAY, textArraySchema, textArrayTypes } from '../../contract/rpc/text-arrays';

function withArrays(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(TEXT_ARRAY in value)) return value;
  const array = textArraySchema.safeParse(value);
  if (!array.success) return value;
  const [type, base64] = array.data[TEXT_ARRAY];
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new textArrayTypes[type](bytes.buffer);
}

/** @throws SyntaxError for a text that is no JSON */
export function frameOfText(text: string): unknown {
  return JSON.parse(text, withArrays);
}
