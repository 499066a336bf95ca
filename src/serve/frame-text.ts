/** Frames as JSON, with typed arrays in base64. */
import { TEXT_ARRAY, textArrayTypes, type TextArray, type TextArrayType } from '../contract/rpc/text-arrays';

function withoutArrays(this: Record<string, unknown>, key: string, value: unknown): unknown {
  // A Buffer has become a plain object in `value` already.
  const given = this[key];
  if (!ArrayBuffer.isView(given)) return value;
  const type = given instanceof Buffer ? 'Uint8Array' : given.constructor.name;
  if (!(type in textArrayTypes)) throw new TypeError(`A frame cannot contain a ${type}.`);
  const base64 = Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('base64');
  return { [TEXT_ARRAY]: [type as TextArrayType, base64] } satisfies TextArray;
}

/** @throws TypeError for an array of a type that `text-arrays` does not name */
export function frameText(frame: unknown): string {
  return JSON.stringify(frame, withoutArrays);
}
