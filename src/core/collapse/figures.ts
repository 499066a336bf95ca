import type { ClassFigures, Estimate, Figures, ProbabilityFigures } from '../../contract/model/diagnosis';
import { argmax } from '../statistics/argmax';
import { entropy } from '../statistics/entropy';
import { wilson } from '../statistics/tests';

/** One model's predictions for a set of images: indices into `classes`, one per image. */
export interface ModelPredictions {
  readonly classes: readonly string[];
  readonly labels: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** Row-major, images × classes, each row summing to 1; null where only labels were predicted. */
  readonly probabilities: ArrayLike<number> | null;
}

const CALIBRATION_BINS = 15;

/** A share with its 95 % Wilson interval. The interval always contains the share; it is 0–1 if n is 0. */
export function shareOf(hits: number, n: number): Estimate {
  if (n === 0) return { value: 0, low: 0, high: 1 };
  const value = hits / n;
  const { low, high } = wilson(hits, n);
  return { value, low: Math.min(value, low), high: Math.max(value, high) };
}

/** Counts by label (row) and prediction (column). */
export function confusionMatrix({ classes, labels, predicted }: ModelPredictions): number[][] {
  const matrix = classes.map(() => classes.map(() => 0));
  for (let i = 0; i < labels.length; i++) matrix[labels[i]!]![predicted[i]!]! += 1;
  return matrix;
}

function classFigures(name: string, k: number, confusion: number[][], images: number): ClassFigures {
  const row = confusion[k]!;
  const labels = row.reduce((sum, n) => sum + n, 0);
  const predicted = confusion.reduce((sum, other) => sum + other[k]!, 0);
  const hits = row[k]!;
  return {
    name,
    labels,
    predicted,
    labelShare: images === 0 ? 0 : labels / images,
    predictedShare: images === 0 ? 0 : predicted / images,
    recall: labels === 0 ? null : hits / labels,
    precision: predicted === 0 ? null : hits / predicted,
    f1: labels + predicted === 0 ? null : (2 * hits) / (labels + predicted),
  };
}

/**
 * Mean recall over the classes that have images. Its interval combines the Wilson intervals of the classes (method of
 * variance estimates recovery, Zou & Donner 2008), so a class with few images makes it wider.
 */
function balancedAccuracy(perClass: readonly ClassFigures[]): Estimate {
  const present = perClass.filter((one) => one.labels > 0);
  if (present.length === 0) return { value: 0, low: 0, high: 1 };
  let value = 0;
  let below = 0;
  let above = 0;
  for (const { recall, labels } of present) {
    const one = shareOf(recall! * labels, labels);
    value += one.value;
    below += (one.value - one.low) ** 2;
    above += (one.high - one.value) ** 2;
  }
  const k = present.length;
  value /= k;
  return { value, low: Math.max(0, value - Math.sqrt(below) / k), high: Math.min(1, value + Math.sqrt(above) / k) };
}

/** Matthews correlation for K classes (Gorodkin 2004). */
function matthews(perClass: readonly ClassFigures[], confusion: number[][], images: number): number {
  let hits = 0;
  let cross = 0;
  let predictedSquares = 0;
  let labelSquares = 0;
  perClass.forEach(({ labels, predicted }, k) => {
    hits += confusion[k]![k]!;
    cross += labels * predicted;
    predictedSquares += predicted * predicted;
    labelSquares += labels * labels;
  });
  const scale = Math.sqrt(images * images - predictedSquares) * Math.sqrt(images * images - labelSquares);
  return scale === 0 ? 0 : (hits * images - cross) / scale;
}

/**
 * Expected calibration error (Guo et al. 2017): the mean difference between confidence and accuracy per bin, weighted
 * by the bin's share of the images.
 */
function calibrationError(confidence: Float64Array, right: Uint8Array): number {
  const sums = Array.from({ length: CALIBRATION_BINS }, () => ({ confidence: 0, right: 0 }));
  for (let i = 0; i < confidence.length; i++) {
    const bin = sums[Math.min(CALIBRATION_BINS - 1, Math.floor(confidence[i]! * CALIBRATION_BINS))]!;
    bin.confidence += confidence[i]!;
    bin.right += right[i]!;
  }
  return sums.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / Math.max(1, confidence.length);
}

function probabilityFigures(
  predictions: ModelPredictions,
  probabilities: ArrayLike<number>,
  priorEntropy: number,
): ProbabilityFigures {
  const { labels, classes } = predictions;
  const k = classes.length;
  const n = labels.length;
  const mean = new Float64Array(k);
  const squares = new Float64Array(k);
  const confidence = new Float64Array(n);
  const right = new Uint8Array(n);
  let ownEntropy = 0;
  let crossEntropy = 0;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) {
      const p = probabilities[i * k + c]!;
      mean[c]! += p / n;
      squares[c]! += (p * p) / n;
      if (p > 0) ownEntropy -= (p * Math.log(p)) / n;
    }
    const best = argmax(probabilities, i * k, k);
    confidence[i] = probabilities[i * k + best]!;
    right[i] = best === labels[i] ? 1 : 0;
    crossEntropy -= Math.log(Math.max(1e-12, probabilities[i * k + labels[i]!]!)) / n;
  }
  const variance = mean.reduce((sum, m, c) => sum + Math.max(0, squares[c]! - m * m), 0);
  return {
    meanEntropy: k > 1 ? ownEntropy / Math.log(k) : 0,
    spread: Math.sqrt(variance),
    mutualInformation: Math.max(0, entropy(mean) - ownEntropy),
    calibrationError: calibrationError(confidence, right),
    logLossSkill: priorEntropy === 0 ? 0 : 1 - crossEntropy / priorEntropy,
  };
}

/** All figures for one set of predictions. There must be at least one image. */
export function figuresOf(predictions: ModelPredictions): Figures {
  const { classes, labels, probabilities } = predictions;
  const images = labels.length;
  const confusion = confusionMatrix(predictions);
  const perClass = classes.map((name, k) => classFigures(name, k, confusion, images));
  const hits = confusion.reduce((sum, row, k) => sum + row[k]!, 0);
  const largest = argmax(perClass.map((one) => one.labels));
  const histogramEntropy = entropy(perClass.map((one) => one.predicted));
  return {
    images,
    confusion,
    accuracy: shareOf(hits, images),
    majority: { name: classes[largest] ?? '', share: perClass[largest]?.labelShare ?? 0 },
    chance: 1 / Math.max(1, perClass.filter((one) => one.labels > 0).length),
    balancedAccuracy: balancedAccuracy(perClass),
    mcc: matthews(perClass, confusion, images),
    perClass,
    predictionEntropy: classes.length > 1 ? histogramEntropy / Math.log(classes.length) : 0,
    effectivePredictedClasses: Math.exp(histogramEntropy),
    probabilities: probabilities
      ? probabilityFigures(predictions, probabilities, entropy(perClass.map((one) => one.labels)))
      : null,
  };
}
