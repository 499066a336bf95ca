import type { ProbePredictions } from '../../../../src/core/labels/predictions';
import type { LabelPredictions } from '../../../../src/core/labels/verdicts';

/** What a probe says whose probabilities are those of the true classes already. */
export function predicted({ probabilities, labels, classes }: ProbePredictions): LabelPredictions {
  return { probabilities, truth: probabilities, labels, classes };
}
