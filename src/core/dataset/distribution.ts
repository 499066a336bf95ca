/** Figures about how images are spread over classes. */
import { effectiveNumber } from '../statistics/entropy';

export interface Distribution {
  /** Share of the largest class, 0–1; null without images. */
  readonly majorityShare: number | null;
  /** Largest over smallest non-empty class; null without images. */
  readonly imbalanceRatio: number | null;
  /** exp of the Shannon entropy of class shares: 1 … number of classes; null without images. */
  readonly effectiveClasses: number | null;
}

/** @param counts images per class; empty classes do not matter */
export function distributionOf(counts: readonly number[]): Distribution {
  const filled = counts.filter((count) => count > 0);
  const total = filled.reduce((sum, count) => sum + count, 0);
  if (total === 0) return { majorityShare: null, imbalanceRatio: null, effectiveClasses: null };
  const largest = filled.reduce((most, count) => Math.max(most, count), 0);
  const smallest = filled.reduce((least, count) => Math.min(least, count), largest);
  return {
    majorityShare: largest / total,
    imbalanceRatio: largest / smallest,
    effectiveClasses: effectiveNumber(filled),
  };
}
