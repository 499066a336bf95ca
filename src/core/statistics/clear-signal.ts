/** A classifier that goes this share of the way from guessing to perfect is clearly better than guessing. */
const CLEAR_SIGNAL = 0.25;

/** Whether a balanced accuracy would be a clear signal. @param chance the balanced accuracy of guessing */
export const isClearSignal = (accuracy: number, chance: number): boolean =>
  accuracy - chance > CLEAR_SIGNAL * (1 - chance);
