/** The orders that loaders and people expect. */

/**
 * Code-point order, which Python's `sorted` and so every training library uses for class names. Plain `<` compares
 * UTF-16 units and puts
 * characters beyond U+FFFF before some of those below.
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

/** Moves surrogates above the rest of the 16-bit range. */
function surrogatesLast(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

const ROLES = [
  ['train', 'training'],
  ['val', 'valid', 'validation', 'dev'],
  ['test', 'testing', 'holdout'],
] as const;

/** Which of train (0), validation (1) and test (2) a split's name means, in any case; null for other names. */
export function splitRole(name: string): 0 | 1 | 2 | null {
  const lower = name.toLowerCase();
  const role = ROLES.findIndex((names) => (names as readonly string[]).includes(lower));
  return role === 0 || role === 1 || role === 2 ? role : null;
}

/** Train, validation, test, then others by name. */
export function orderSplits(names: readonly string[]): string[] {
  return [...names].sort((x, y) => (splitRole(x) ?? 3) - (splitRole(y) ?? 3) || byCodePoint(x, y));
}
