/** Files of runs as `plumbline_watch.py` writes them, made by hand. */

export type Lines = readonly object[];

export const bytesOf = (lines: Lines): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

/** Labels of a sample with this many images of each class. */
export const labelsOf = (counts: readonly number[]): number[] =>
  counts.flatMap((count, k) => Array<number>(count).fill(k));

export const header = (more: object = {}): object => ({
  kind: 'run',
  format: 1,
  framework: 'keras',
  version: '3.0',
  host: 'node-7',
  at: 1_700_000_000,
  classes: ['ant', 'bee', 'cat'],
  ...more,
});

export const sample = (labels: readonly number[], more: object = {}): object => ({ kind: 'sample', labels, ...more });

export interface Recorded {
  readonly predicted?: readonly number[] | null;
  readonly loss?: number | string | null;
  readonly [more: string]: unknown;
}

/** Epochs of this many weight updates each. */
export const epochs = (list: readonly Recorded[], steps = 200): object[] =>
  list.map((one, i) => ({ kind: 'epoch', epoch: i + 1, steps: (i + 1) * steps, ...one }));

/** Predictions that are right for a share of the images, and the next class for the others. */
export const rightFor = (labels: readonly number[], share: number, classes: number): number[] =>
  labels.map((label, i) => ((i * 7) % 100 < share * 100 ? label : (label + 1) % classes));

export const NOWHERE = { colours: null, labels: [] };
