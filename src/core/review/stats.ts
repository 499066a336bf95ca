/** Progress of a review, precision of the flags, and when to stop. */
import type { Estimate } from '../../contract/model/diagnosis';
import type { Decision, ReviewStats } from '../../contract/model/review';
import { counted, percent } from '../text/numbers';
import { wilson } from '../statistics/tests';

/** Number of latest reviewed flags from which the precision of the remaining ones is estimated, … */
const RECENT = 50;
/** … and the least number for an estimate: with 20 reviewed and none true, the upper bound of the precision is 16 %. */
const ENOUGH = 20;
/** Stop if at most this share of the latest flags was true, and the upper bound of the interval is low enough. */
const WORTHWHILE = 0.1;
const WORTHWHILE_AT_MOST = 0.2;
/**
 * Benchmark sets checked by people keep 0.15–0.6 % wrong labels (Northcutt, Athalye & Mueller 2021): fewer do not
 * change results.
 */
const HARMLESS_SHARE = 0.005;
/** A flag is more likely true than not. */
const MOSTLY = 0.5;
/** A longer gap between decisions is a pause. */
const PAUSE_MS = 60_000;
const RATE_OVER = 100;
const RATE_FROM = 5;

/**
 * Figures of a queue.
 * @param queue the decision on each flagged image, most suspicious first; null if there is none yet
 * @param images size of the data set
 * @param earlier number of decided images that the queue no longer contains; they count for the precision of the flags,
 *   not for the length of the queue
 * @param groups number of duplicate groups in the queue, and of settled ones; null if it has none
 * @param wrongLabels upper bound of the number of wrong labels in the data set before any correction; null if it was
 *   not estimated or the queue is not about labels
 */
export function reviewStats(
  queue: readonly (Decision | null)[],
  images: number,
  earlier = 0,
  groups: ReviewStats['groups'] = null,
  wrongLabels: number | null = null,
): ReviewStats {
  const settled = queue.filter((decision): decision is Decision => decision !== null && decision.verdict !== 'unsure');
  const decided = queue.filter((decision) => decision !== null).length;
  const confirmed = settled.filter(isTrueFlag).length;
  const rejected = settled.length - confirmed;
  const total = queue.length - earlier;
  const left = queue.length - decided;
  const last = settled.slice(-RECENT);
  const recent =
    last.length === 0 ? null : { ...estimate(last.filter(isTrueFlag).length, last.length), of: last.length };
  const errorsLeft =
    left === 0 ? { value: 0, low: 0, high: 0 } : recent === null || recent.of < ENOUGH ? null : scaled(recent, left);
  const perMinute = reviewRate(queue.flatMap((decision) => decision?.at ?? []));
  const precision = settled.length === 0 ? null : estimate(confirmed, settled.length);
  return {
    total,
    decided: decided - earlier,
    left,
    earlier,
    groups,
    confirmed,
    rejected,
    unsure: decided - settled.length,
    perMinute,
    minutesLeft: perMinute === null ? null : left / perMinute,
    precision,
    recent,
    errorsLeft,
    advice: adviseStop({
      total,
      left,
      settled: settled.length,
      images,
      recent,
      wrongAtMost: wrongLabels === null ? null : Math.max(wrongLabels - confirmed, errorsLeft?.high ?? left),
    }),
  };
}

interface Now {
  readonly total: number;
  readonly left: number;
  readonly settled: number;
  readonly images: number;
  readonly recent: (Estimate & { readonly of: number }) | null;
  /** Upper bound of the wrong labels that remain after stopping, flagged or not; null if it was not estimated. */
  readonly wrongAtMost: number | null;
}

function adviseStop({ total, left, settled, images, recent, wrongAtMost }: Now): ReviewStats['advice'] {
  if (total === 0 && settled === 0) return { stop: true, sentence: 'Nothing is flagged here.' };
  if (left === 0) return { stop: true, sentence: 'Every flag here has been reviewed.' };
  if (recent === null || recent.of < ENOUGH) {
    const more = Math.min(ENOUGH - settled, left);
    return {
      stop: false,
      sentence: `The number of remaining errors can be estimated after ${counted(more, 'more decision')}.`,
    };
  }
  const hits = `${percent(recent.value)} of the last ${recent.of} flags were correct`;
  if (recent.value <= WORTHWHILE && recent.high <= WORTHWHILE_AT_MOST)
    return { stop: true, sentence: `You can stop: ${hits}.` };
  if (wrongAtMost === null) return { stop: false, sentence: `Continue: ${hits}.` };
  const share = wrongAtMost / images;
  // Even if few flags remain: while most flags are true, each decision corrects a label.
  if (recent.value <= MOSTLY && share <= HARMLESS_SHARE)
    return {
      stop: true,
      sentence: `You can stop: ${hits}, and at most ${percent(share)} of all labels would stay wrong, flagged or not.`,
    };
  return {
    stop: false,
    sentence: `Continue: ${hits}. Stopping now leaves up to ${counted(Math.ceil(wrongAtMost), 'wrong label')}, flagged or not: ${percent(share)} of all labels.`,
  };
}

/** A relabelled or excluded image was flagged rightly: it could not stay as it was. */
function isTrueFlag(decision: Decision): boolean {
  return decision.verdict === 'relabel' || decision.verdict === 'exclude';
}

/**
 * Decisions per minute over the latest ones, without pauses; one gesture over many images counts once. Null if there
 * are fewer than five.
 */
export function reviewRate(times: readonly number[]): number | null {
  const moments = [...new Set(times)].sort((x, y) => x - y).slice(-RATE_OVER);
  if (moments.length < RATE_FROM) return null;
  const gaps = moments
    .slice(1)
    .map((at, index) => at - moments[index]!)
    .filter((gap) => gap <= PAUSE_MS);
  const active = gaps.reduce((sum, gap) => sum + gap, 0);
  return active === 0 ? null : (gaps.length * 60_000) / active;
}

function estimate(hits: number, of: number): Estimate {
  return { value: hits / of, ...wilson(hits, of) };
}

function scaled(share: Estimate, by: number): Estimate {
  return { value: share.value * by, low: share.low * by, high: share.high * by };
}
