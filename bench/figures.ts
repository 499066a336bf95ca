/** The figures of a bench: printed as rows of a table and, for `npm run bench`, saved as rows of a file. */
import { appendFileSync } from 'node:fs';

/** Environment variable with the file that rows are appended to, one JSON object per line. */
export const ROWS_VARIABLE = 'PLUMBLINE_BENCH_ROWS';

export interface Figure {
  readonly what: string;
  /** As printed: "0.82", "1.000 / 0.985". */
  readonly value: string;
  /** As printed; null for a figure without a target. */
  readonly target: string | null;
  readonly met: boolean;
  /** The figures of other tools, or how it was measured. */
  readonly note: string;
}

const missed: string[] = [];

/** Prints a figure. After a missed target the bench exits with 1. */
export function figure(what: string, value: string, target: string | null = null, met = true, note = ''): void {
  const row: Figure = { what, value, target, met, note };
  if (!met) {
    missed.push(what);
    process.exitCode = 1;
  }
  process.stdout.write(
    `${what.padEnd(58)} ${value.padStart(15)}   ${(target ?? '').padEnd(15)} ${(target === null ? '' : met ? 'ok' : 'MISSED').padEnd(7)} ${note}`.trimEnd() +
      '\n',
  );
  const file = process.env[ROWS_VARIABLE];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** The targets missed so far, in one line. */
export function verdict(): string {
  return missed.length === 0 ? 'every target met\n' : `missed: ${missed.join('; ')}\n`;
}

export function median(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[values.length >> 1] ?? Number.NaN;
}
