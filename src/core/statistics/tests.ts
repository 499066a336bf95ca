/** Hypothesis tests with effect sizes: with many images even tiny differences are significant. */
import { chiSquareTail, kolmogorovTail, logChoose } from './distributions';

export interface TestResult {
  readonly p: number;
  /** Cramér's V (0–1, bias-corrected) for tables, D (0–1) for numbers. */
  readonly effect: number;
  readonly statistic: number;
  readonly test: 'chi-square' | 'fisher' | 'kolmogorov-smirnov';
}

/**
 * Test of independence of the rows and columns of a table of counts: Fisher's exact test for 2×2 tables with an
 * expected count below 5, otherwise Pearson's χ².
 * Effect: Cramér's V, bias-corrected (Bergsma 2013). Empty rows and columns are ignored.
 */
export function independence(table: readonly (readonly number[])[]): TestResult {
  const columns = (table[0] ?? []).map((_, c) => c).filter((c) => table.some((row) => (row[c] ?? 0) > 0));
  const rows = table.map((row) => columns.map((c) => row[c] ?? 0)).filter((row) => row.some((count) => count > 0));
  const rowSums = rows.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columnSums = columns.map((_, c) => rows.reduce((sum, row) => sum + (row[c] ?? 0), 0));
  const total = rowSums.reduce((sum, count) => sum + count, 0);
  const degrees = (rows.length - 1) * (columns.length - 1);
  if (degrees <= 0 || total === 0) return { p: 1, effect: 0, statistic: 0, test: 'chi-square' };
  let statistic = 0;
  let smallest = Infinity;
  rows.forEach((row, r) =>
    row.forEach((count, c) => {
      const expected = ((rowSums[r] ?? 0) * (columnSums[c] ?? 0)) / total;
      smallest = Math.min(smallest, expected);
      statistic += (count - expected) ** 2 / expected;
    }),
  );
  const effect = cramersV(statistic, total, rows.length, columns.length);
  const [first, second] = rows;
  if (rows.length === 2 && columns.length === 2 && smallest < 5 && first && second) {
    return {
      p: fisherExact(first[0] ?? 0, first[1] ?? 0, second[0] ?? 0, second[1] ?? 0),
      effect,
      statistic,
      test: 'fisher',
    };
  }
  return { p: chiSquareTail(statistic, degrees), effect, statistic, test: 'chi-square' };
}

function cramersV(statistic: number, total: number, rows: number, columns: number): number {
  const phi = Math.max(0, statistic / total - ((rows - 1) * (columns - 1)) / (total - 1));
  const r = rows - (rows - 1) ** 2 / (total - 1);
  const c = columns - (columns - 1) ** 2 / (total - 1);
  const most = Math.min(r, c) - 1;
  return most <= 0 ? 0 : Math.min(1, Math.sqrt(phi / most));
}

/**
 * Two-sided p-value of Fisher's exact test for the table [[a, b], [c, d]]: the sum over all tables with the same
 * margins that are at most as likely as this one.
 */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  const top = a + b;
  const left = a + c;
  const total = a + b + c + d;
  const logP = (x: number): number => logChoose(top, x) + logChoose(total - top, left - x) - logChoose(total, left);
  const observed = logP(a);
  let p = 0;
  for (let x = Math.max(0, left - (total - top)); x <= Math.min(top, left); x++) {
    const candidate = logP(x);
    if (candidate <= observed + 1e-9) p += Math.exp(candidate);
  }
  return Math.min(1, p);
}

/** Where two distributions differ most: a value, and which share of each sample is at most this value. */
export interface WidestGap {
  readonly at: number;
  readonly below: readonly [number, number];
}

/**
 * Two-sample Kolmogorov–Smirnov test on ascending values; p-value from the limiting distribution with Stephens'
 * correction (1970).
 */
export function kolmogorovSmirnov(a: ArrayLike<number>, b: ArrayLike<number>): TestResult & { widest: WidestGap } {
  let widest: WidestGap = { at: NaN, below: [0, 0] };
  if (a.length === 0 || b.length === 0) return { p: 1, effect: 0, statistic: 0, test: 'kolmogorov-smirnov', widest };
  let i = 0;
  let j = 0;
  let distance = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] as number, b[j] as number);
    while (i < a.length && (a[i] as number) <= value) i++;
    while (j < b.length && (b[j] as number) <= value) j++;
    const below: [number, number] = [i / a.length, j / b.length];
    const gap = Math.abs(below[0] - below[1]);
    if (gap > distance) [distance, widest] = [gap, { at: value, below }];
  }
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
  return {
    p: kolmogorovTail((root + 0.12 + 0.11 / root) * distance),
    effect: distance,
    statistic: distance,
    test: 'kolmogorov-smirnov',
    widest,
  };
}

/**
 * Holm's step-down adjustment (1979) of p-values for multiple tests: compare the adjusted values with the overall
 * significance level.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((x, y) => (ps[x] ?? 1) - (ps[y] ?? 1));
  const adjusted = new Array<number>(ps.length).fill(1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (ps[index] ?? 1) * (ps.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}

/** Wilson's score interval for a proportion (1927). @param z 1.96 for 95 % */
export function wilson(successes: number, trials: number, z = 1.959963985): { low: number; high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const centre = share + (z * z) / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const scale = 1 + (z * z) / trials;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}
