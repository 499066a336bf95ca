/** Chooses the feature views and the kernel width. */
import { HALF_RASTER_SIDE } from '../../../core/images/photographs';
import { RASTER_SIDE } from '../../../core/images/raster';
import { typicalSide } from '../../../core/images/sides';
import { type LandmarkComparison, medianOf } from './comparison';
import { type FeatureView, type FittedView, joined, type ViewSpec, viewWeights } from './features';

/** Candidates for the kernel exp(−gamma · distance / median distance). */
const GAMMAS = [1, 1.5, 2.2];
/**
 * Least relative reduction of the error for dropping a view. Views make different errors, so that using more of them is
 * better on average.
 */
const DROPPED_FOR = 0.03;
/** Approximate multiplications per millisecond of one core in products of large matrices. */
const PRODUCTS_PER_MS = 8e7;

const ATOMS = 400;
const POOLS = [1, 2, 3];

interface Candidate {
  readonly spec: ViewSpec;
  /**
   * Milliseconds of one core per picture, measured on a 2023 server core. A constant, so that the choice does not
   * depend on the load.
   */
  readonly cost: number;
}

function patches(side: number, patch: number, mirrored: boolean, cost: number, atoms = ATOMS): Candidate {
  return {
    spec: {
      name: `patches of ${patch} at ${side} px`,
      kind: 'patches',
      spec: { side, patch, mirrored, stride: 2, atoms, pools: POOLS },
    },
    cost,
  };
}

const COLOUR: Candidate = { spec: { name: 'colour', kind: 'colour' }, cost: 0.1 };
const [SMALL_8, SMALL_6, SMALL_11] = [
  patches(RASTER_SIDE / 2, 8, false, 0.5),
  patches(RASTER_SIDE / 2, 6, false, 0.45),
  patches(RASTER_SIDE / 2, 11, false, 0.5),
];
const [FINE, COARSE, BROAD] = [
  patches(RASTER_SIDE, 6, true, 2.4),
  patches(RASTER_SIDE / 2, 6, true, 0.85),
  patches(RASTER_SIDE / 2, 10, true, 1.15),
];
/** Combinations of views, the most accurate first. Two coarse ones are about as accurate as a fine one alone. */
const FOR_SMALL = [[SMALL_8, SMALL_6, SMALL_11], [SMALL_8, SMALL_6], [SMALL_8]];
const FOR_LARGE = [[FINE, BROAD], [BROAD, COARSE], [BROAD]];

/**
 * The views to compute: the most accurate combination that stays within the time, or the fastest if none does.
 * @param sides longer side of each picture in pixels
 * @param seconds of one core
 */
export function affordableViews(sides: Int32Array, grey: boolean, landmarks: number, seconds: number): ViewSpec[] {
  const typical = typicalSide(sides);
  const width = 2 * ATOMS * POOLS.reduce((sum, pool) => sum + pool * pool, 0);
  const costOf = (candidates: readonly Candidate[]): number =>
    sides.length * candidates.reduce((sum, { cost }) => sum + cost + (width * landmarks) / PRODUCTS_PER_MS, 0);
  const choices = typical <= HALF_RASTER_SIDE ? FOR_SMALL : FOR_LARGE;
  const chosen = choices.find((candidates) => costOf(candidates) <= seconds * 1000) ?? choices.at(-1)!;
  return [...chosen, ...(grey ? [] : [COLOUR])].map((candidate) => candidate.spec);
}

/** Patch views that are enough beside the pretrained network, by the view that is enough with little time. */
const BESIDE_NETWORK = new Map([
  [SMALL_8.spec, patches(RASTER_SIDE / 2, 8, false, 0.25, ATOMS / 2).spec],
  [BROAD.spec, patches(RASTER_SIDE / 2, 10, true, 0.65, ATOMS / 2).spec],
]);

/**
 * The views that are enough beside the pretrained network. AP with all, with one patch view of 400 atoms and with one of
 * 200: .9989, .9983, .9983 on 1,218 textures; .9824, .9825, .9827 on 2,699 emoji. On 3,781 photographs .9636 with 400
 * atoms, .9635 with 200. With colour alone AP falls to .9800 on the emoji.
 */
export function viewsBesideNetwork(specs: readonly ViewSpec[]): ViewSpec[] {
  return specs.flatMap((spec) => (spec.kind === 'colour' ? spec : (BESIDE_NETWORK.get(spec) ?? [])));
}

/** A view that may be used, as it is on the landmarks of the comparison. */
export interface ViewCandidate extends Pick<FeatureView, 'kind'> {
  /** Squared distances of the compared landmarks to each other. */
  readonly between: Float32Array;
}

export interface ViewChoice<C> {
  readonly kept: readonly C[];
  /** Of the kernel exp(−width · distance / median distance). */
  readonly width: number;
  /** Leave-one-out error with these views. */
  readonly error: number;
}

/** Whether one choice has a clearly lower error than another, so that views may be dropped for it. */
export const clearlyBetter = (one: number, other: number): boolean => one <= other * (1 - DROPPED_FOR);

/**
 * Kernel width and views by leave-one-out error on some landmarks. A view is dropped if the others have a clearly lower
 * error without it.
 */
export async function chooseViews<C extends ViewCandidate>(
  candidates: readonly C[],
  { judge }: LandmarkComparison,
): Promise<ViewChoice<C>> {
  const errorOf = (chosen: readonly C[], width: number): Promise<number> =>
    judge(
      joined(
        chosen.map((view) => view.between),
        viewWeights(chosen),
      ),
      width,
    );
  const widths: { width: number; error: number }[] = [];
  for (const width of GAMMAS) widths.push({ width, error: await errorOf(candidates, width) });
  const { width, error: least } = widths.reduce((a, b) => (b.error < a.error ? b : a));
  let error = least;
  let kept = candidates;
  for (const view of candidates) {
    const without = kept.filter((other) => other !== view);
    if (without.length === 0) continue;
    const next = await errorOf(without, width);
    if (!clearlyBetter(next, error)) continue;
    error = next;
    kept = without;
  }
  return { kept, width, error };
}

/** Squared distances of the compared landmarks to each other. */
export function comparedDistances({ between }: FittedView, { some }: LandmarkComparison): Float32Array {
  return submatrix(between, Math.sqrt(between.length), some);
}

/** Of the kernel exp(−gamma · distance). @param between joined squared distances of all landmarks */
export const gammaOf = (width: number, between: Float32Array): number => width / medianOf(between);

function submatrix(matrix: Float32Array, size: number, picked: Int32Array): Float32Array {
  const out = new Float32Array(picked.length ** 2);
  picked.forEach((row, y) =>
    picked.forEach((column, x) => (out[y * picked.length + x] = matrix[row * size + column]!)),
  );
  return out;
}
