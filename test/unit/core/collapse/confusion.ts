import type { ModelPredictions } from '../../../../src/core/collapse/figures';

/** Labels and predictions from a confusion matrix. */
export function fromConfusion(matrix: number[][]): ModelPredictions {
  const labels: number[] = [];
  const predicted: number[] = [];
  matrix.forEach((row, label) =>
    row.forEach((count, column) => {
      for (let i = 0; i < count; i++) {
        labels.push(label);
        predicted.push(column);
      }
    }),
  );
  return { classes: matrix.map((_, k) => `c${k}`), labels, predicted, probabilities: null };
}
