/** The figures of a bench: printed as lines of a table and, for `npm run bench`, kept as rows of a file. */
import { appendFileSync } from 'node:fs';

/** Names the file that rows are added to, one JSON object a line. */
export const ROWS_VARIABLE = 'PLUMBLINE_BENCH_ROWS';

export interface Figure {
  readonly what: string;
  /** As it is printed: "0.82", "1.000 / 0.985". */
  readonly value: string;
  /** As it is printed; null for a figure that is only told. */
  readonly target: string | null;
  readonly met: boolean;
  /** What others reach, or how it was taken. */
  readonly note: string;
}

const missed: string[] = [];

/** Prints a figure. A target that is missed makes the bench end with 1. */
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

/** What was missed so far, in one line. */
export function verdict(): string {
  return missed.length === 0 ? 'every target met\n' : `missed: ${missed.join('; ')}\n`;
}

export function median(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[values.length >> 1] ?? Number.NaN;
}
