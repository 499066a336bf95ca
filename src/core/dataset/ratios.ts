/** Parses the shares of a new split as a user writes them: `80/10/10`, `80/20`, or `train=70,val=15,test=15`. */
import type { SplitShare } from './split';

const CONVENTION: Record<number, readonly string[]> = {
  1: ['train'],
  2: ['train', 'val'],
  3: ['train', 'val', 'test'],
};
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/**
 * Null if the text is not a valid list: shares must be positive numbers, names must be simple and differ by more than
 * case.
 */
export function parseRatios(text: string): SplitShare[] | null {
  const parts = text.split(/[/,:;]/).map((part) => part.trim());
  const names = parts.every((part) => part.includes('='))
    ? parts.map((part) => part.slice(0, part.indexOf('=')).trim())
    : CONVENTION[parts.length];
  if (names === undefined) return null;
  const shares = parts.map((part) => Number(part.slice(part.indexOf('=') + 1).trim() || Number.NaN));
  if (shares.some((share) => !(share > 0) || !Number.isFinite(share))) return null;
  if (names.some((name) => !NAME.test(name)) || new Set(names.map((name) => name.toLowerCase())).size < names.length)
    return null;
  return names.map((name, index) => ({ name, share: shares[index]! }));
}
