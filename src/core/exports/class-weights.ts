import { json, type ExportFormat } from './format';
import { splitClassCounts } from './manifest';
import { rolesOf } from './training';

/**
 * n / (K · n_c) over the training split after cleaning (King & Zeng 2001; scikit-learn's `balanced`), which gives every
 * class the same total weight. K is the number of classes in the split; a class that is not in it gets 0.
 */
export function balancedWeights(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const present = counts.filter((n) => n > 0).length;
  return counts.map((n) => (n === 0 ? 0 : total / (present * n)));
}

export const classWeights: ExportFormat = {
  id: 'class_weights.json',
  *files({ files, classes, splits }) {
    const { train } = rolesOf({ splits, files });
    const counts = splitClassCounts(files, classes, train);
    const weights = balancedWeights(counts).map((weight) => Number(weight.toPrecision(8)));
    yield [
      'class_weights.json',
      json({ formula: 'n / (K * n_c)', split: train, classes: classes.map(({ name }) => name), counts, weights }),
    ];
  },
};
