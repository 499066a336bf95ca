/** Sort orders of training libraries and of splits. */
import { splitRole } from './split-names';

/**
 * Code-point order, as used by Python's `sorted` and therefore by every training library for class names. Plain `<`
 * compares UTF-16 units, which puts characters beyond U+FFFF before some of those below.
 */
export function byCodePoint(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return surrogatesLast(a) - surrogatesLast(b);
  }
  return left.length - right.length;
}

/** Moves surrogates above the rest of the 16-bit range, where their code points belong. */
function surrogatesLast(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Train, validation, test, then others by name. */
export function orderSplits(names: readonly string[]): string[] {
  return [...names].sort((x, y) => (splitRole(x) ?? 3) - (splitRole(y) ?? 3) || byCodePoint(x, y));
}
