/** Label quality by image: 0 = surely wrong … 1, each by one well-known formula (definitions as cleanlab 2.9's). */
import type { ProbePredictions } from './predictions';

/** Probability of the given class. */
export function selfConfidence({ probabilities, labels, classes }: ProbePredictions): Float64Array {
  return Float64Array.from(labels, (label, i) => probabilities[i * classes + label]!);
}

/** (P(given) − largest other P + 1) / 2. */
export function normalizedMargin({ probabilities, labels, classes }: ProbePredictions): Float64Array {
  return Float64Array.from(labels, (label, i) => {
    let other = 0;
    for (let k = 0; k < classes; k++) if (k !== label) other = Math.max(other, probabilities[i * classes + k]!);
    return (probabilities[i * classes + label]! - other + 1) / 2;
  });
}

const LEAST = 1e-6;

/**
 * ln(1 + r) / r for r = entropy of the row / ln K / P(given): low where the probe is unsure or sure of another class.
 */
export function confidenceWeightedEntropy({ probabilities, labels, classes }: ProbePredictions): Float64Array {
  return Float64Array.from(labels, (label, i) => {
    let entropy = 0;
    for (let k = 0; k < classes; k++) {
      const p = probabilities[i * classes + k]!;
      if (p > 0) entropy -= p * Math.log(p);
    }
    const ratio = entropy / Math.log(Math.max(2, classes)) / Math.max(LEAST, probabilities[i * classes + label]!);
    return Math.log(ratio + 1) / Math.max(LEAST, ratio);
  });
}
