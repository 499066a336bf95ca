/**
 * Treats labels as noisy readings of a hidden true class: given ~ T[·, true], true ~ softmax(sharpness · T⁻¹ s). The
 * scores s were fitted to the given labels of other images. A linear fit to noisy labels yields T times the result of a
 * fit to the true labels, so T⁻¹ removes the noise (backward correction: Patrini et al. 2017). T and the sharpness are
 * chosen to make the given labels most likely (EM, Dempster et al. 1977; for label noise Mnih & Hinton 2012). In T,
 * only pairs of classes that leak have entries of their own. If every pair had one, T would explain the probe's
 * confusion of similar classes as wrong labels.
 */
import { goldenSection } from '../statistics/golden-section';
import { deconvolver } from './deconvolution';
import { fitNoise, likelihoods, type NoiseMatrix, noiseRemover } from './noise';
import { noiseEvidence } from './noise-evidence';
import type { ProbePredictions } from './predictions';
import { softmaxRows } from './temperature';

export interface LatentModel {
  readonly noise: NoiseMatrix;
  readonly sharpness: number;
  /** P(true class | image), n × classes. It does not use the image's given label. */
  readonly truth: Float32Array;
}

/** Most images that the model is fitted on. More images would change T by less than its own error. */
const FITTED_MOST = 20_000;
/** Range of ln sharpness. */
const SHARPNESS_RANGE = [0, Math.log(60)] as const;
const SEARCH_STEPS = 14;
const LEAST_PROBABILITY = 1e-9;
/**
 * Prior standard deviation of ln sharpness for the calibrated probabilities of a trained net. It prevents a hundred
 * images from proving that the net is nearly certain.
 */
const SHARPNESS_SPREAD = 0.3;

/**
 * Fits T and the sharpness.
 * @param scores n × classes, row-major
 * @param predictions P(given label | image) from the same scores
 */
export function fitLatent(scores: Float32Array, predictions: ProbePredictions, evenMost = 1): LatentModel {
  const { labels, classes } = predictions;
  const sample = everyNth(scores, labels, classes, Math.ceil(labels.length / FITTED_MOST));
  const sharpnessFor = (noise: NoiseMatrix, corrected: Float32Array): number =>
    sharpest(corrected, sample.labels, noise);
  const { fitted } = noiseEvidence(predictions, (evidence) => {
    const noise = fitNoise(sample.scores, sample.labels, classes, { ...evidence, evenMost }, (current) => {
      const corrected = correctScores(sample.scores, current);
      return softmaxRows(corrected, classes, sharpnessFor(current, corrected));
    });
    const sharpness = sharpnessFor(noise, correctScores(sample.scores, noise));
    return { noise, sharpness, truth: softmaxRows(correctScores(scores, noise), classes, sharpness) };
  });
  return fitted;
}

/**
 * P(true class | image) from P(given label | image) of a trained net, n × classes. The noise is removed by
 * deconvolution with T. A net that has memorized some noise is less certain of the truth than it should be, so the
 * result is sharpened until the given labels are most likely. T comes from `fitLatent`. If T were fitted together with
 * the sharpness of the deconvolved probabilities, leaks could be missed, because an uncertain net explains the labels
 * of a leaking class equally well.
 */
export function trainedTruth(predictions: ProbePredictions, evenMost = 1): Float32Array {
  const { probabilities, labels, classes } = predictions;
  const { noise } = fitLatent(probabilities, predictions, evenMost);
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
 * The most likely sharpness, searched on a logarithmic scale.
 * @param doubt the penalty on the mean log-likelihood per (ln sharpness)²
 */
function sharpest(corrected: Float32Array, labels: Int32Array, noise: NoiseMatrix, doubt = 0): number {
  const cost = (x: number): number => doubt * x * x - logLikelihood(corrected, labels, noise, Math.exp(x));
  return Math.exp(goldenSection(cost, SHARPNESS_RANGE, SEARCH_STEPS));
}
