/** The binary files of CIFAR-10 and CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html). */
import { latin } from '../images/formats';

const PIXEL_BYTES = 3 * 32 * 32;

/** @returns bytes of the labels before each image; null for a file that is not one of CIFAR */
export function cifarLabelBytes(bytes: number): 1 | 2 | null {
  if (bytes > 0 && bytes % (1 + PIXEL_BYTES) === 0) return 1;
  return bytes > 0 && bytes % (2 + PIXEL_BYTES) === 0 ? 2 : null;
}

export const cifarRecordBytes = (labelBytes: 1 | 2): number => labelBytes + PIXEL_BYTES;

/** The class of a record: the only label of CIFAR-10, the fine one of CIFAR-100. */
export const cifarLabel = (record: Uint8Array, labelBytes: 1 | 2): number => record[labelBytes - 1]!;

/** One name a line, as in batches.meta.txt and fine_label_names.txt. */
export const cifarNames = (text: Uint8Array): string[] =>
  latin(text, 0, text.length)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
