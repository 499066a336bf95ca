/** Agreement of two raters beyond chance. */
import { wilson } from './tests';

export interface Kappa {
  /** From −1 to 1: 0 is the agreement of independent raters, 1 is full agreement. */
  readonly value: number;
  /** 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
}

const Z = 1.959963985;

/**
 * Cohen's κ (1960) of two raters who put the same items into nominal categories. Its interval is κ ± 1.96 standard
 * errors; the standard error is the large-sample one of Fleiss, Cohen & Everitt (1969). If the raters agree on every
 * item, this error is 0. The lower end is then derived from Wilson's interval for the share of equal ratings.
 * @param first, second the category of each item, in the same order
 * @returns null if κ is not defined: there are no items, or both raters use one and the same category only
 */
export function cohenKappa(first: readonly string[], second: readonly string[]): Kappa | null {
  const total = first.length;
  const [rows, columns] = [shares(first), shares(second)];
  const row = (name: string): number => rows.get(name) ?? 0;
  const column = (name: string): number => columns.get(name) ?? 0;
  const equal = first.filter((name, i) => name === second[i]).length;
  const expected = [...rows].reduce((sum, [name, share]) => sum + share * column(name), 0);
  if (total === 0 || expected > 1 - 1e-12) return null;
  const value = (equal / total - expected) / (1 - expected);
  if (equal === total) return { value, low: (wilson(equal, total).low - expected) / (1 - expected), high: 1 };
  const spread = first.reduce((sum, name, i) => {
    const other = second[i]!;
    const term =
      name === other ? 1 - (row(name) + column(name)) * (1 - value) : (1 - value) * (column(name) + row(other));
    return sum + (term * term) / total;
  }, 0);
  const variance = (spread - (value - expected * (1 - value)) ** 2) / (total * (1 - expected) ** 2);
  const reach = Z * Math.sqrt(Math.max(0, variance));
  return { value, low: Math.max(-1, value - reach), high: Math.min(1, value + reach) };
}

/** The share of each category. */
function shares(names: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return new Map([...found].map(([name, count]) => [name, count / names.length]));
}
