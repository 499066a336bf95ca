/** Whether the labels of a training are those of the data set, and whether all parts of it number the classes alike. */
import type { WatchRemark } from '../../../contract/model/training-watch';
import { named as listed, quoted } from '../../text/names';
import { counted, integer, percent } from '../../text/numbers';
import type { RunRecords } from './records';

/** A data set, for what a training says about its labels. */
export interface SetLabels {
  /** In the order in which Keras and torchvision number folders: by code point. */
  readonly classes: readonly string[];
  /** Index into `classes` of the image at this path on any machine; null if the data set has no such image. */
  readonly labelAt: (path: string) => number | null;
}

/**
 * Of several namings of a data set, the one that has all classes of the training; otherwise the first. The user may have
 * renamed classes, and may train on the folder or on an export with the new names.
 */
export const namingOf = ({ header }: RunRecords, namings: readonly SetLabels[]): SetLabels | null =>
  namings.find(({ classes }) => header?.classes?.every((name) => classes.includes(name)) ?? true) ?? namings[0] ?? null;

/** A number stands for a class if at least this share of its images have it. */
const STANDS_FOR = 0.95;
/** Fewest images from which anything is said: with paths, in all; for predictions, of each number. */
const LEAST = 5;
/** Least share of each predicted number that must have one label, so that this number is taken for that label. */
const TOLD_APART = 0.6;
/** Standard errors by which the net must be right more often than if it always predicted one class. */
const SURELY = 4;
/** Fewest batches that are judged, and the share of them with one class from which they count as not shuffled. */
const LEAST_BATCHES = 4;
const UNMIXED = 0.9;

/**
 * For each number the class that at least a given share of its items have; null where there is no such class, or where
 * two numbers have the same.
 */
function mapping(
  pairs: readonly (readonly [number, number])[],
  share: number,
  least: number,
): ReadonlyMap<number, number> | null {
  const counts = new Map<number, Map<number, number>>();
  for (const [from, to] of pairs) {
    const row = counts.get(from) ?? new Map<number, number>();
    row.set(to, (row.get(to) ?? 0) + 1);
    counts.set(from, row);
  }
  const found = new Map<number, number>();
  for (const [from, row] of counts) {
    const total = [...row.values()].reduce((sum, n) => sum + n, 0);
    const [to, n] = [...row].toSorted((a, b) => b[1] - a[1])[0]!;
    if (total < least || n < share * total) return null;
    found.set(from, to);
  }
  return new Set(found.values()).size === found.size ? found : null;
}

function pathRemarks({ header, sample }: RunRecords, set: SetLabels): WatchRemark[] {
  if (sample?.paths?.length !== sample?.labels.length || sample === null) return [];
  const pairs = sample.labels.flatMap((label, i): [number, number][] => {
    const folder = set.labelAt(sample.paths![i]!);
    return folder === null ? [] : [[label, folder]];
  });
  if (pairs.length < LEAST) return [];
  const named = header?.classes ?? null;
  const nameOf = (label: number): string | undefined => (named ?? set.classes)[label];
  const right = pairs.filter(([label, folder]) => nameOf(label) === set.classes[folder]).length;
  if (right >= STANDS_FOR * pairs.length) {
    const sentence = `The labels of the training are those of the folders (${integer(right)} of ${counted(pairs.length, 'image')} of the sample).`;
    return [{ id: 'order-of-folders', severity: 'info', sentence }];
  }
  const found = mapping(pairs, STANDS_FOR, 1);
  if (found === null) {
    const sentence = `${integer(pairs.length - right)} of ${counted(pairs.length, 'image')} of the sample have a different label in the training than in the data set.`;
    return [{ id: 'labels-differ', severity: 'warning', sentence }];
  }
  const [label, folder] = [...found].find(([from, to]) => nameOf(from) !== set.classes[to])!;
  const sentence = `The training numbers the classes in a different order than ${named === null ? 'the folders' : 'the names that were given to the recorder'}: label ${integer(label)} is ${quoted(set.classes[folder]!)}, not “${nameOf(label) ?? 'a class of the data set'}”. Predictions read in that order are wrong.`;
  return [{ id: 'labels-permuted', severity: 'warning', sentence }];
}

/** Whether the net distinguishes the classes, but under other numbers than the labels of the sample have. */
export function numberedDifferently(labels: readonly number[], predicted: readonly number[]): boolean {
  const found = mapping(
    predicted.map((one, i) => [one, labels[i]!] as const),
    TOLD_APART,
    LEAST,
  );
  const classes = new Set(labels);
  if (found === null || found.size < 2 || found.size < classes.size) return false;
  const share = (of: (i: number) => boolean): number => labels.filter((_, i) => of(i)).length / labels.length;
  const largest = Math.max(...Array.from(classes, (k) => share((i) => labels[i] === k)));
  const right = share((i) => found.get(predicted[i]!) === labels[i]);
  if (right <= largest + SURELY * Math.sqrt((largest * (1 - largest)) / labels.length)) return false;
  return [...found].some(([from, to]) => from !== to);
}

function numberRemarks({ sample, epochs }: RunRecords): WatchRemark[] {
  const predicted = epochs.findLast((epoch) => epoch.predicted !== null)?.predicted;
  if (sample === null || !predicted || predicted.length !== sample.labels.length) return [];
  if (!numberedDifferently(sample.labels, predicted)) return [];
  const sentence =
    'The net distinguishes the classes of the sample, but its numbers for them differ from those of the labels. Training and validation probably number the classes in a different order.';
  return [{ id: 'numbered-differently', severity: 'warning', sentence }];
}

function nameRemarks({ header }: RunRecords, { classes }: SetLabels): WatchRemark[] {
  const known = new Set(classes);
  const others = (header?.classes ?? []).filter((name) => !known.has(name));
  if (others.length === 0) return [];
  const sentence = `${counted(others.length, 'class', 'classes')} of the training ${others.length === 1 ? 'is' : 'are'} not in this data set: ${listed(others.map(quoted), 4)}.`;
  return [{ id: 'other-classes', severity: 'warning', sentence }];
}

function batchRemarks({ training }: RunRecords): WatchRemark[] {
  const batches = (training?.batches ?? []).filter((batch) => batch.reduce((sum, n) => sum + n, 0) >= 4);
  const whole = batches.reduce<number[]>((sums, batch) => {
    batch.forEach((n, k) => (sums[k] = (sums[k] ?? 0) + n));
    return sums;
  }, []);
  const total = whole.reduce((sum, n) => sum + (n || 0), 0);
  const mixed = batches.filter((batch) => batch.filter((n) => n > 0).length > 1).length;
  if (batches.length < LEAST_BATCHES || mixed > (1 - UNMIXED) * batches.length) return [];
  if (Math.max(...whole.map((n) => n || 0)) > UNMIXED * total) {
    const sentence = `The first ${integer(batches.length)} batches have images of one class only: the training images are probably not shuffled, or nearly all are of that class.`;
    return [{ id: 'not-shuffled', severity: 'warning', sentence }];
  }
  const sentence = `${percent(1 - mixed / batches.length)} of the batches have images of one class only: the training images are not shuffled.`;
  return [{ id: 'not-shuffled', severity: 'warning', sentence }];
}

export function labelRemarks(records: RunRecords, set: SetLabels | null): WatchRemark[] {
  return [
    ...numberRemarks(records),
    ...(set === null ? [] : [...pathRemarks(records, set), ...nameRemarks(records, set)]),
    ...batchRemarks(records),
  ];
}
