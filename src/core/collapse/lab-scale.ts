/** The scale of a lab: from guessing to what the images can give. */
import type { LabResult } from '../../contract/model/lab';

export interface LabScale {
  readonly chance: number;
  readonly yardstick: Pick<LabResult['yardstick'], 'balancedAccuracy'>;
}

/** Smallest divisor for `recovered`: if the yardstick is at chance, yardstick − chance is 0. */
const LEAST_SPAN = 0.05;

/** The share of what the images can give: 0 for guessing, 1 for the yardstick, below 0 if worse than guessing. */
export const recoveredShare = (accuracy: number, { chance, yardstick }: LabScale): number =>
  (accuracy - chance) / Math.max(LEAST_SPAN, yardstick.balancedAccuracy - chance);

/** The balanced accuracy that a recovered share stands for. */
export const accuracyAt = (share: number, { chance, yardstick }: LabScale): number =>
  chance + share * Math.max(LEAST_SPAN, yardstick.balancedAccuracy - chance);
