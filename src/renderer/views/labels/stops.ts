/** Stops of the slider for suspicious labels. */
import type { LabelsSummary } from '../../../contract/model/labels';

type Stop = Pick<LabelsSummary['curve'][number], 'threshold' | 'flagged'>;

/**
 * The thresholds from the loosest to the strictest. Of neighbouring ones that flag the same number of labels only the
 * strictest is a stop, so that each step of the slider changes the list.
 * @param curve from the strictest threshold to the loosest
 */
export function stopsOf(curve: readonly Stop[]): Stop[] {
  return curve.filter(({ flagged }, at) => flagged > 0 && flagged !== curve[at - 1]?.flagged).reverse();
}

/** Index of the stop that flags what a threshold flags: the loosest one that is at least as strict; else the last. */
export function stopOf(stops: readonly Stop[], threshold: number): number {
  const at = stops.findIndex((stop) => stop.threshold >= threshold);
  return at < 0 ? Math.max(0, stops.length - 1) : at;
}
