/** Which views of the pictures are worth their time, and how wide the kernel is. */
import { joined, type View, type ViewSpec, viewWeights } from './features';
import { leaveOneOut, nystromFeatures, oneHot, ridgeBasis } from './ridge';

/** Longer side below which pictures have no detail that the 32-pixel raster lacks. */
const SMALL = 40;
/** Candidates for the kernel exp(−gamma · distance / median distance). */
const GAMMAS = [1, 1.5, 2.2];
/** Landmarks that choices are compared on. */
const COMPARED = 700;
/** Part of the error that a view must cost to be dropped: views err in different ways, so that more of them are better on average. */
const DROPPED_FOR = 0.03;
/** Multiplications a millisecond of one core in a product of large matrices, roughly. */
const PRODUCTS_PER_MS = 8e7;

interface Candidate {
  readonly spec: ViewSpec;
  /** Milliseconds of one core per picture, measured on a 2023 server core; fixed, so that the choice does not depend on the day. */
  readonly cost: number;
}

function patches(side: number, patch: number, stride: number, cost: number): Candidate {
  return { spec: { name: `patches of ${patch} at ${side} px`, kind: 'patches', spec: { side, patch, stride, atoms: 400, pools: [1, 2, 3] } }, cost };
}

const COLOUR: Candidate = { spec: { name: 'colour', kind: 'colour' }, cost: 0.1 };
const FOR_SMALL = [patches(32, 8, 2, 0.5), patches(32, 6, 2, 0.45), patches(32, 11, 2, 0.5)];
const FOR_LARGE = [patches(64, 6, 2, 2.4), patches(32, 6, 1, 1.7), patches(32, 10, 1, 2.2)];

/**
 * The views to compute: the most telling one always, others as long as all together stay within the time.
 * @param sides longer side of each picture in pixels
 * @param seconds of one core
 */
export function affordableViews(sides: Int32Array, grey: boolean, landmarks: number, seconds: number): ViewSpec[] {
  const typical = sides.toSorted()[Math.floor(sides.length * 0.9)] ?? 0;
  const chosen: Candidate[] = [];
  let left = seconds * 1000;
  const width = 2 * 400 * 14;
  for (const candidate of typical <= SMALL ? FOR_SMALL : FOR_LARGE) {
    left -= sides.length * (candidate.cost + (width * landmarks) / PRODUCTS_PER_MS);
    if (chosen.length === 0 || left >= 0) chosen.push(candidate);
  }
  return [...chosen, ...(grey ? [] : [COLOUR])].map((candidate) => candidate.spec);
}

export interface Choice {
  readonly views: readonly View[];
  /** Of the kernel exp(−gamma · distance). */
  readonly gamma: number;
}

/**
 * Kernel width and views by leave-one-out error over some landmarks: a view is dropped where the others do better without it.
 * @param labels class of each landmark
 */
export function chooseViews(views: readonly View[], labels: Int32Array, classes: number, penalties: readonly number[]): Choice {
  const count = labels.length;
  const step = Math.max(1, count / COMPARED);
  const some = Int32Array.from({ length: Math.min(count, COMPARED) }, (_, i) => Math.floor(i * step));
  const targets = oneHot(some.map((i) => labels[i]!), classes);
  const parts = new Map(views.map((view) => [view, submatrix(view.between, count, some)]));
  const judge = (chosen: readonly View[], width: number): { error: number; gamma: number } => {
    const between = joined(chosen.map((view) => parts.get(view)!), viewWeights(chosen));
    const gamma = width / medianOf(between);
    const features = Float32Array.from(between);
    nystromFeatures(features, between, some.length, gamma);
    const solutions = leaveOneOut(ridgeBasis(features, some.length, new Float64Array(some.length).fill(1)), targets, classes, penalties, []);
    return { error: Math.min(...solutions.map((solution) => solution.error)), gamma };
  };
  const widths = GAMMAS.map((width) => ({ width, ...judge(views, width) }));
  let best = widths.reduce((a, b) => (b.error < a.error ? b : a));
  let kept = views;
  for (const view of views) {
    const without = kept.filter((other) => other !== view);
    if (without.length === 0) continue;
    const next = judge(without, best.width);
    if (next.error > best.error * (1 - DROPPED_FOR)) continue;
    best = { ...best, ...next };
    kept = without;
  }
  return { views: kept, gamma: best.width / medianOf(joined(kept.map((view) => view.between), viewWeights(kept))) };
}

function submatrix(matrix: Float32Array, size: number, picked: Int32Array): Float32Array {
  const out = new Float32Array(picked.length ** 2);
  picked.forEach((row, y) => picked.forEach((column, x) => (out[y * picked.length + x] = matrix[row * size + column]!)));
  return out;
}

/** Median of the distances above 0; 1 where all are 0. */
function medianOf(values: Float32Array): number {
  const step = Math.max(1, Math.floor(values.length / 50_000));
  const some = Float64Array.from({ length: Math.floor(values.length / step) }, (_, i) => values[i * step]!).filter((value) => value > 0).sort();
  return some.length === 0 ? 1 : some[some.length >> 1]!;
}
