/** How far a review has come, how good the flags were, and when it no longer pays. */
import type { Estimate } from '../../contract/model/diagnosis';
import type { Decision, ReviewStats } from '../../contract/model/review';
import { counted, percent } from '../text/numbers';
import { wilson } from '../statistics/tests';

/** What is said about the next flags rests on this many of the least suspicious reviewed ones… */
const RECENT = 50;
/** …and not on fewer than these: with 20 and no hit the upper bound of a share is 16 %. */
const ENOUGH = 20;
/** Reviewing on pays while about one flag in ten is true; the interval must agree that it is not many more. */
const WORTHWHILE = 0.1;
const WORTHWHILE_AT_MOST = 0.2;
/**
 * Human-checked benchmark sets keep 0.15–0.6 % wrong labels (Northcutt, Athalye & Mueller 2021): fewer left change no
 * result.
 */
const HARMLESS_SHARE = 0.005;
/** More likely true than not. */
const MOSTLY = 0.5;
/** A longer gap is a pause and not thought. */
const PAUSE_MS = 60_000;
const RATE_OVER = 100;
const RATE_FROM = 5;

/**
 * Figures of a queue.
 * @param queue the decision on each flagged image, most suspicious first; null where there is none yet
 * @param images size of the data set
 * @param earlier how many of the decided ones the queue holds no more; they tell how good the flags are, and are no
 *   part of its length
 * @param groups duplicate groups of the queue, and how many of them are settled; null where it has none
 * @param wrongLabels how many labels of the data set are wrong at most, before any correction; null where nobody
 *   estimated them, or the queue is not about labels
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
  /** Wrong labels at most that stopping leaves, flagged or not; null where nobody estimated them. */
  readonly wrongAtMost: number | null;
}

function adviseStop({ total, left, settled, images, recent, wrongAtMost }: Now): ReviewStats['advice'] {
  if (total === 0 && settled === 0) return { stop: true, sentence: 'Nothing is flagged here.' };
  if (left === 0) return { stop: true, sentence: 'Every flag here has been looked at.' };
  if (recent === null || recent.of < ENOUGH) {
    const more = Math.min(ENOUGH - settled, left);
    return { stop: false, sentence: `After ${counted(more, 'more decision')} the errors left can be estimated.` };
  }
  const hits = `of the last ${recent.of} flags ${percent(recent.value)} were true`;
  if (recent.value <= WORTHWHILE && recent.high <= WORTHWHILE_AT_MOST)
    return { stop: true, sentence: `You can stop: ${hits}.` };
  if (wrongAtMost === null) return { stop: false, sentence: `Go on: ${hits}.` };
  const share = wrongAtMost / images;
  // However few they are: where most flags are true, each decision mends a label.
  if (recent.value <= MOSTLY && share <= HARMLESS_SHARE)
    return {
      stop: true,
      sentence: `You can stop: ${hits}, and at most ${percent(share)} of all labels would stay wrong, flagged or not.`,
    };
  return {
    stop: false,
    sentence: `Go on: ${hits}. Stopping now leaves up to ${counted(Math.ceil(wrongAtMost), 'wrong label')}, flagged or not: ${percent(share)} of all.`,
  };
}

/** Relabelled and excluded alike: either way the image could not stay as it was. */
function isTrueFlag(decision: Decision): boolean {
  return decision.verdict === 'relabel' || decision.verdict === 'exclude';
}

/**
 * Decisions a minute over the latest, without pauses; one gesture over many images counts once. Null for fewer than
 * five.
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
