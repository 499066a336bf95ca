/** Label noise: T[given, true] = P(given label | true class). */
import type { WrongShare } from './counting';
import type { Leak } from './leaks';

/**
 * Least assumed rate of wrong labels: no real data set is free of them (Northcutt, Athalye & Mueller 2021: 0.15–10 %).
 */
const LEAST_RATE = 0.005;
/**
 * Weight of the prior on the rate, as a number of images. The prior dominates in a small data set and hardly matters in
 * a large one.
 */
const PRIOR = { rate: 0.05, images: 100 };
const ROUNDS = 24;
const REFIT_EVERY = 4;

/**
 * T as a constant for each true class plus entries for single pairs. With 1,000 classes, nearly all pairs have the
 * constant, so a product with T costs only the number of single entries instead of classes².
 */
export interface NoiseMatrix {
  readonly classes: number;
  /** The constant of true class k: the least probability of any given label. */
  readonly base: Float64Array;
  /** The pairs that exceed the constant, and by how much. Each class paired with itself is one of them. */
  readonly given: Int32Array;
  readonly truth: Int32Array;
  readonly share: Float64Array;
}

function withPairs(classes: number, base: Float64Array, above: Float64Array, least: number): NoiseMatrix {
  const pairs: number[] = [];
  above.forEach((value, at) => {
    if (value > least || Math.floor(at / classes) === at % classes) pairs.push(at);
  });
  return {
    classes,
    base,
    given: Int32Array.from(pairs, (at) => Math.floor(at / classes)),
    truth: Int32Array.from(pairs, (at) => at % classes),
    share: Float64Array.from(pairs, (at) => above[at]!),
  };
}

/** T with one rate of wrong labels for every class, spread evenly over the other classes. */
export function evenNoise(classes: number, rate: number): NoiseMatrix {
  const other = classes > 1 ? rate / (classes - 1) : 0;
  const above = new Float64Array(classes * classes);
  for (let k = 0; k < classes; k++) above[k * classes + k] = 1 - rate - other;
  return withPairs(classes, new Float64Array(classes).fill(other), above, 0);
}

/** T from expected counts [given, true]. Errors are spread evenly at one rate, except for the pairs that leak. */
function noiseFromCounts(counts: Float64Array, classes: number, leaks: Uint8Array, evenMost: number): NoiseMatrix {
  const columns = new Float64Array(classes);
  counts.forEach((count, at) => (columns[at % classes]! += count));
  let wrong = PRIOR.rate * PRIOR.images;
  let open = PRIOR.images * (classes - 1);
  counts.forEach((count, at) => {
    if (Math.floor(at / classes) === at % classes || leaks[at] === 1) return;
    wrong += count;
    open += columns[at % classes]!;
  });
  const rate = Math.max(Math.min(wrong / open, evenMost / (classes - 1)), LEAST_RATE / (classes - 1));
  const above = counts.map((count, at) =>
    leaks[at] === 1 ? Math.max(0, count / Math.max(1, columns[at % classes]!) - rate) : 0,
  );
  const lost = new Float64Array(classes);
  above.forEach((share, at) => (lost[at % classes]! += share));
  for (let k = 0; k < classes; k++) above[k * classes + k] = Math.max(1e-3, 1 - classes * rate - lost[k]!);
  return withPairs(classes, new Float64Array(classes).fill(rate), above, 0);
}

/**
 * Writes P(true class | image, given label) of image i to `out`: P(true class | image) times the likelihood of the
 * given label under T, normalized.
 */
export function weigh(truth: Float32Array, i: number, likelihood: Float64Array, out: Float64Array): void {
  const classes = likelihood.length;
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += out[k] = truth[i * classes + k]! * likelihood[k]!;
  for (let k = 0; k < classes; k++) out[k] = sum > 0 ? out[k]! / sum : 0;
}

/**
 * Maximum-likelihood T for the given labels if the true class of each image has the distribution `truth` (EM). There is
 * one rate for all pairs, and a separate share for each pair that leaks. The search starts from the rate that the
 * evidence shows. From a low start it may end at a low rate, even if every second label is wrong. Every few rounds
 * `refit` is called and may update `truth` from the current T.
 */
export function fitNoise(
  truth: Float32Array,
  labels: Int32Array,
  classes: number,
  {
    leaks,
    wrong,
    evenMost = 1,
  }: { readonly leaks: readonly Leak[]; readonly wrong: WrongShare; readonly evenMost?: number },
  refit?: (noise: NoiseMatrix) => Float32Array,
): NoiseMatrix {
  if (classes < 2) return evenNoise(classes, 0);
  let noise = evenNoise(classes, Math.max(LEAST_RATE, Math.min(evenMost, wrong.share)));
  const open = new Uint8Array(classes * classes);
  for (const leak of leaks) open[leak.given * classes + leak.truth] = 1;
  let current = truth;
  const row = new Float64Array(classes);
  for (let round = 0; round < ROUNDS; round++) {
    if (refit && round % REFIT_EVERY === 0) current = refit(noise);
    const rows = likelihoods(noise);
    const counts = new Float64Array(classes * classes);
    labels.forEach((given, i) => {
      weigh(current, i, rows[given]!, row);
      for (let k = 0; k < classes; k++) counts[given * classes + k]! += row[k]!;
    });
    noise = noiseFromCounts(counts, classes, open, evenMost);
  }
  return noise;
}

/** T q: the probability of each given label if the true class has the distribution q. */
export function givenFrom(noise: NoiseMatrix, q: ArrayLike<number>, out: Float64Array): void {
  let base = 0;
  for (let k = 0; k < noise.classes; k++) base += q[k]! * noise.base[k]!;
  out.fill(base);
  for (let e = 0; e < noise.given.length; e++) out[noise.given[e]!]! += q[noise.truth[e]!]! * noise.share[e]!;
}

/** Tᵀ r. */
export function truthFrom(noise: NoiseMatrix, r: ArrayLike<number>, out: Float64Array): void {
  let sum = 0;
  for (let k = 0; k < noise.classes; k++) sum += r[k]!;
  for (let k = 0; k < noise.classes; k++) out[k] = sum * noise.base[k]!;
  for (let e = 0; e < noise.given.length; e++) out[noise.truth[e]!]! += r[noise.given[e]!]! * noise.share[e]!;
}

/** P(given label | each true class): one row of T for each given label. */
export function likelihoods(noise: NoiseMatrix): Float64Array[] {
  const rows = Array.from({ length: noise.classes }, () => Float64Array.from(noise.base));
  for (let e = 0; e < noise.given.length; e++) rows[noise.given[e]!]![noise.truth[e]!]! += noise.share[e]!;
  return rows;
}

const SWEEPS = 12;
/**
 * Largest ratio of a pair's entry to a diagonal entry in the inverse. With a larger ratio, errors in T would dominate
 * the result.
 */
const LARGEST_RATIO = 0.8;

/**
 * T⁻¹ s for each row of s, up to a constant that a softmax ignores. If S contains the single pairs of T, then T u = S u
 * + 1 (base · u), so u = S⁻¹ s − c S⁻¹ 1. S⁻¹ is computed by Gauss–Seidel sweeps. They converge because a class keeps
 * more images than it loses to any other class.
 */
export function noiseRemover(noise: NoiseMatrix): (row: Float32Array, out: Float64Array) => void {
  const { classes, base } = noise;
  const diagonal = new Float64Array(classes).fill(1e-3);
  const losses: { given: number; truth: number; share: number }[] = [];
  for (let e = 0; e < noise.given.length; e++) {
    const entry = { given: noise.given[e]!, truth: noise.truth[e]!, share: noise.share[e]! };
    if (entry.given === entry.truth) diagonal[entry.truth] = Math.max(1e-3, entry.share);
    else losses.push(entry);
  }
  const ratios = losses.map(({ given, truth, share }) => ({
    given,
    truth,
    share: Math.min(share, LARGEST_RATIO * diagonal[given]!, LARGEST_RATIO * diagonal[truth]!),
  }));
  ratios.sort((a, b) => a.given - b.given);
  const solve = (right: ArrayLike<number>, out: Float64Array): void => {
    for (let k = 0; k < classes; k++) out[k] = right[k]! / diagonal[k]!;
    for (let sweep = 0; sweep < SWEEPS && ratios.length > 0; sweep++) {
      for (let at = 0, k = 0; k < classes; k++) {
        let value = right[k]!;
        for (; at < ratios.length && ratios[at]!.given === k; at++)
          value -= ratios[at]!.share * out[ratios[at]!.truth]!;
        out[k] = value / diagonal[k]!;
      }
    }
  };
  const ones = new Float64Array(classes);
  solve(new Float64Array(classes).fill(1), ones);
  const dot = (a: Float64Array): number => a.reduce((sum, value, k) => sum + value * base[k]!, 0);
  const onesBase = dot(ones);
  return (row, out) => {
    solve(row, out);
    const shift = dot(out) / (1 + onesBase);
    for (let k = 0; k < classes; k++) out[k]! -= shift * ones[k]!;
  };
}
