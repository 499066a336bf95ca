/** Figures of the class distribution. */
import { effectiveNumber } from '../statistics/entropy';

export interface Distribution {
  /** Share of the largest class, 0–1; null if there are no images. */
  readonly majorityShare: number | null;
  /** Size of the largest class divided by that of the smallest non-empty class; null if there are no images. */
  readonly imbalanceRatio: number | null;
  /**
   * Effective number of classes: exp of the Shannon entropy of the class shares, from 1 to the number of classes; null
   * if there are no images.
   */
  readonly effectiveClasses: number | null;
}

/** @param counts images per class; empty classes are ignored */
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
