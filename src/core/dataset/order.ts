/** Sort orders of training libraries and of splits. */

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

const ROLES = [
  ['train', 'training'],
  ['val', 'valid', 'validation', 'dev'],
  ['test', 'testing', 'holdout'],
] as const;

/** Whether a split's name means train (0), validation (1) or test (2), ignoring case; null for other names. */
export function splitRole(name: string): 0 | 1 | 2 | null {
  const lower = name.toLowerCase();
  const role = ROLES.findIndex((names) => (names as readonly string[]).includes(lower));
  return role === 0 || role === 1 || role === 2 ? role : null;
}

/** Train, validation, test, then others by name. */
export function orderSplits(names: readonly string[]): string[] {
  return [...names].sort((x, y) => (splitRole(x) ?? 3) - (splitRole(y) ?? 3) || byCodePoint(x, y));
}
