/** How many labels are wrong, in words that claim no more than the interval does. */
import { counted, integer } from './numbers';

/** Belongs to every count: people's errors gather where no count can see them. */
export const ERRORS_MAY_BE_MORE =
  'Errors on pictures that look like their wrong class cannot be counted, so there may be more.';

const RANDOM = 'if errors are random';

export interface ErrorCount {
  /** "An estimated 362 of 3,781 labels are wrong", "Up to 57 of 10,000 labels may be wrong". */
  readonly claim: string;
  /** "95 % interval: 214–460, if errors are random": when the claim and its interval hold. */
  readonly interval: string;
}

/**
 * @param estimate number of wrong labels and its 95 % interval
 * @param judged number of labels that it is about
 */
export function errorCount(
  { expected, low, high }: { readonly expected: number; readonly low: number; readonly high: number },
  judged: number,
): ErrorCount {
  const labels = counted(judged, 'label');
  if (Math.round(high) === 0)
    return { claim: `No wrong label is expected among ${labels}`, interval: `with 95 % confidence, ${RANDOM}` };
  if (Math.round(low) === 0)
    return { claim: `Up to ${integer(high)} of ${labels} may be wrong`, interval: `with 95 % confidence, ${RANDOM}` };
  return {
    claim: `An estimated ${integer(expected)} of ${labels} are wrong`,
    interval: `95 % interval: ${integer(low)}–${integer(high)}, ${RANDOM}`,
  };
}
