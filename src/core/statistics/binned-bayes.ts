/**
 * Naive Bayes on binned features, judged by cross-validation: a classifier that needs no settings and trains at once.
 */
import { quantileOf, sorted } from './quantiles';

/** Column of one feature: numbers, or category indices. */
export interface Column {
  readonly values: ArrayLike<number>;
  readonly categorical: boolean;
}

const MOST_BINS = 24;
/** Least number of images per bin of a numeric feature. */
const PER_BIN = 20;
/** Laplace smoothing: pseudo-count in total, divided over the bins or classes. */
const SMOOTHING = 1;

export interface Judged {
  /** Share of correct answers on held-out items. */
  readonly accuracy: number;
  /** Correct answers of each class divided by its number of items. */
  readonly recall: readonly number[];
}

/**
 * Accuracy of naive Bayes on each fold when trained on the others. On a tie the class with the lower index wins.
 * @param labels class index 0 … classes − 1
 * @param folds fold of each item
 */
export function crossValidated(
  columns: readonly Column[],
  labels: ArrayLike<number>,
  classes: number,
  folds: ArrayLike<number>,
): Judged {
  const n = labels.length;
  const binned = columns.map((column) => bins(column));
  const right = new Float64Array(classes);
  const totals = new Float64Array(classes);
  let foldCount = 0;
  for (let i = 0; i < n; i++) foldCount = Math.max(foldCount, folds[i]! + 1);
  for (let fold = 0; fold < foldCount; fold++) {
    const { prior, likelihoods } = trained(binned, labels, classes, (i) => folds[i] !== fold);
    const score = new Float64Array(classes);
    for (let i = 0; i < n; i++) {
      if (folds[i] !== fold) continue;
      score.set(prior);
      binned.forEach(({ bin }, c) => {
        const table = likelihoods[c] as Float64Array;
        const row = (bin[i] as number) * classes;
        for (let k = 0; k < classes; k++) score[k] = (score[k] as number) + (table[row + k] as number);
      });
      let best = 0;
      for (let k = 1; k < classes; k++) if ((score[k] as number) > (score[best] as number)) best = k;
      const label = labels[i] as number;
      totals[label] = (totals[label] as number) + 1;
      if (best === label) right[label] = (right[label] as number) + 1;
    }
  }
  return {
    accuracy: right.reduce((sum, value) => sum + value, 0) / Math.max(1, n),
    recall: Array.from(right, (value, k) => value / Math.max(1, totals[k] as number)),
  };
}

interface Binned {
  readonly bin: Int32Array;
  readonly size: number;
}

/** Logarithms of the prior and, per column, of P(bin | class) at index bin · classes + class. */
function trained(
  binned: readonly Binned[],
  labels: ArrayLike<number>,
  classes: number,
  used: (i: number) => boolean,
): { prior: Float64Array; likelihoods: Float64Array[] } {
  const counts = new Float64Array(classes);
  const tables = binned.map(({ size }) => new Float64Array(size * classes));
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    if (!used(i)) continue;
    const label = labels[i] as number;
    counts[label] = (counts[label] as number) + 1;
    total++;
    binned.forEach(({ bin }, c) => {
      const table = tables[c] as Float64Array;
      const at = (bin[i] as number) * classes + label;
      table[at] = (table[at] as number) + 1;
    });
  }
  const likelihoods = tables.map((table, c) =>
    table.map((count, at) =>
      Math.log((count + SMOOTHING / (binned[c]?.size ?? 1)) / ((counts[at % classes] as number) + SMOOTHING)),
    ),
  );
  return { prior: counts.map((count) => Math.log((count + SMOOTHING / classes) / (total + SMOOTHING))), likelihoods };
}

/**
 * Bin of each item: the category, or the interval between quantiles over all items. The quantiles do not depend on
 * labels, so that computing them over all items leaks nothing.
 */
function bins({ values, categorical }: Column): Binned {
  if (categorical) {
    const bin = Int32Array.from(values);
    return { bin, size: bin.reduce((most, value) => Math.max(most, value), 0) + 1 };
  }
  const ascending = sorted(Array.from(values));
  const wanted = Math.max(2, Math.min(MOST_BINS, Math.floor(values.length / PER_BIN)));
  const edges = [...new Set(Array.from({ length: wanted - 1 }, (_, i) => quantileOf(ascending, (i + 1) / wanted)))];
  const bin = Int32Array.from(values, (value) => {
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value > (edges[middle] as number)) low = middle + 1;
      else high = middle;
    }
    return low;
  });
  return { bin, size: edges.length + 1 };
}
