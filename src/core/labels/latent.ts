/**
 * Labels as noisy readings of a hidden true class: given ~ T[·, true], true ~ softmax(sharpness · T⁻¹ s), s being
 * scores that were fitted to
 * the given labels without the image's own. A linear fit to noisy labels yields T times what the true ones would have
 * given, so T⁻¹ takes the
 * noise back out (backward correction: Patrini et al. 2017); T and the sharpness are those under which the given labels
 * are likeliest (EM,
 * Dempster et al. 1977; for label noise Mnih & Hinton 2012).
 */
import { goldenSection } from '../statistics/golden-section';
import { deconvolver } from './deconvolution';
import { fitNoise, givenFrom, likelihoods, type NoiseMatrix, noiseRemover } from './noise';
import { softmaxRows } from './temperature';

export interface LatentModel {
  readonly noise: NoiseMatrix;
  readonly sharpness: number;
  /** Mean ln P(given label). */
  readonly logLikelihood: number;
}

/** Images that the model is fitted on; more change T by less than its own error. */
const FITTED_MOST = 20_000;
/** ln of the sharpness. */
const SHARPNESS_RANGE = [0, Math.log(60)] as const;
const SEARCH_STEPS = 14;
const LEAST_PROBABILITY = 1e-9;
/**
 * Standard deviation, beforehand, of ln sharpness of a trained net's calibrated probabilities: a hundred images cannot
 * prove it near certain.
 */
const SHARPNESS_SPREAD = 0.3;

/** Fits T and the sharpness. @param scores n × classes, row-major */
export function fitLatent(scores: Float32Array, labels: Int32Array, classes: number): LatentModel {
  const sample = everyNth(scores, labels, classes, Math.ceil(labels.length / FITTED_MOST));
  const sharpnessFor = (noise: NoiseMatrix, corrected: Float32Array): number =>
    sharpest(corrected, sample.labels, noise);
  const noise = fitNoise(sample.scores, sample.labels, classes, (current) => {
    const corrected = correctScores(sample.scores, current);
    return softmaxRows(corrected, classes, sharpnessFor(current, corrected));
  });
  const corrected = correctScores(sample.scores, noise);
  const sharpness = sharpnessFor(noise, corrected);
  return { noise, sharpness, logLikelihood: logLikelihood(corrected, sample.labels, noise, sharpness) };
}

/** P(true class | image) by a fitted model, n × classes; the given label has no part in it. */
export function latentTruth(model: LatentModel, scores: Float32Array): Float32Array {
  return softmaxRows(correctScores(scores, model.noise), model.noise.classes, model.sharpness);
}

/**
 * P(true class | image) from P(given label | image) of a trained net, n × classes: deconvolved by T as it is found in
 * them, and sharpened as much as
 * makes the given labels likeliest, for a net that has learned some noise by heart is less sure of the truth than it
 * should be. T is that of
 * `fitLatent`: found together with the sharpness of logarithms it can be missed, for an unsure net explains the labels
 * of a leaking class as well.
 */
export function trainedTruth(probabilities: Float32Array, labels: Int32Array, classes: number): Float32Array {
  const { noise } = fitLatent(probabilities, labels, classes);
  const deconvolve = deconvolver(noise);
  const logs = new Float32Array(probabilities.length);
  for (let from = 0; from < logs.length; from += classes)
    logs.set(
      deconvolve(probabilities, from).map((p) => Math.log(Math.max(LEAST_PROBABILITY, p))),
      from,
    );
  const sample = everyNth(logs, labels, classes, Math.ceil(labels.length / FITTED_MOST));
  return softmaxRows(
    logs,
    classes,
    sharpest(sample.scores, sample.labels, noise, 1 / (2 * SHARPNESS_SPREAD ** 2 * labels.length)),
  );
}

/** P(given label | image): the truth seen through the noise, n × classes. */
export function givenShares(noise: NoiseMatrix, truth: Float32Array): Float32Array {
  const { classes } = noise;
  const out = new Float32Array(truth.length);
  const given = new Float64Array(classes);
  for (let from = 0; from < truth.length; from += classes) {
    givenFrom(noise, truth.subarray(from, from + classes), given);
    out.set(given, from);
  }
  return out;
}

function everyNth(
  scores: Float32Array,
  labels: Int32Array,
  classes: number,
  step: number,
): { scores: Float32Array; labels: Int32Array } {
  if (step <= 1) return { scores, labels };
  const count = Math.floor(labels.length / step);
  const picked = new Float32Array(count * classes);
  for (let i = 0; i < count; i++)
    picked.set(scores.subarray(i * step * classes, (i * step + 1) * classes), i * classes);
  return { scores: picked, labels: Int32Array.from({ length: count }, (_, i) => labels[i * step]!) };
}

function correctScores(scores: Float32Array, noise: NoiseMatrix): Float32Array {
  const { classes } = noise;
  const remove = noiseRemover(noise);
  const out = new Float32Array(scores.length);
  const row = new Float64Array(classes);
  for (let from = 0; from < scores.length; from += classes) {
    remove(scores.subarray(from, from + classes), row);
    out.set(row, from);
  }
  return out;
}

function logLikelihood(corrected: Float32Array, labels: Int32Array, noise: NoiseMatrix, sharpness: number): number {
  const { classes } = noise;
  const rows = likelihoods(noise);
  const truth = softmaxRows(corrected, classes, sharpness);
  let total = 0;
  labels.forEach((given, i) => {
    const likelihood = rows[given]!;
    let p = 0;
    for (let k = 0; k < classes; k++) p += truth[i * classes + k]! * likelihood[k]!;
    total += Math.log(Math.max(1e-12, p));
  });
  return labels.length > 0 ? total / labels.length : 0;
}

/**
 * The likeliest sharpness, searched on its logarithm.
 * @param doubt what (ln sharpness)² costs of the mean log-likelihood
 */
function sharpest(corrected: Float32Array, labels: Int32Array, noise: NoiseMatrix, doubt = 0): number {
  const cost = (x: number): number => doubt * x * x - logLikelihood(corrected, labels, noise, Math.exp(x));
  return Math.exp(goldenSection(cost, SHARPNESS_RANGE, SEARCH_STEPS));
}
