/** Recognizes the predictions of a model that was trained on the images that it predicts. */
import { argmax } from '../statistics/argmax';
import { counted, integer, percent, percentOneDecimal } from '../text/numbers';
import type { ProbePredictions } from './predictions';

/** From this accuracy on the given labels, predictions may be in-sample: real labels contain more errors. */
const NEAR_PERFECT = 0.995;
/** If no probe has run, predictions with at least this mean P(given label) are taken as in-sample. */
const NEAR_CERTAIN = 0.99;
/**
 * To contradict the predictions, a probe must have at least this error rate, and this many times the error rate of the
 * predictions.
 */
const REFERENCE_ERRORS = 0.02;
const TIMES_AS_OFTEN = 8;

/** From this accuracy on, predictions are compared with a probe that predicted each image without its own label. */
export const WORTH_COMPARING = 0.985;
/**
 * A probe doubts a label if P(wrong) is at least this. With fewer doubted labels than the minimum, they prove nothing.
 */
export const DOUBTED = 0.9;
const DOUBTED_LEAST = 20;
/**
 * Of the doubted labels, in-sample predictions agree with at least the first share, and out-of-sample predictions with
 * at most the second. Between the two, the doubted labels decide nothing.
 */
const FITTED = { inSample: 0.9, outOfSample: 0.7 };

/** A probe of the same images that predicted each one without its own label. */
export interface Reference {
  /** As part of a sentence: "the instant probe". */
  readonly name: string;
  /** Share of the given labels that the probe predicts, 0–1. */
  readonly accuracy: number;
  /** Number of labels that the probe doubts, and how many of these agree with the predictions. */
  readonly doubted: number;
  readonly fitted: number;
}

const CONCLUSION =
  'A model predicts like this if it was trained on the same images, and then even wrong labels look right. Use cross-validated probabilities, for example from 5 folds.';

/** Share of the images whose predicted class is the given label; 0 if there are no images. */
export function labelAccuracy({ probabilities, labels, classes }: ProbePredictions): number {
  const right = labels.reduce(
    (sum, label, i) => sum + (argmax(probabilities, i * classes, classes) === label ? 1 : 0),
    0,
  );
  return labels.length === 0 ? 0 : right / labels.length;
}

/**
 * Says in a few sentences why the predictions cannot judge labels. Null if nothing shows that they are in-sample.
 * @param references other probes of the same images; only the most accurate one is used
 */
export function inSampleSentence(predictions: ProbePredictions, references: readonly Reference[]): string | null {
  const { probabilities, labels, classes } = predictions;
  const accuracy = labelAccuracy(predictions);
  if (accuracy < WORTH_COMPARING) return null;
  const fit = `The predictions match ${percentOneDecimal(accuracy)} of the given labels`;
  const [best] = [...references].sort((a, b) => b.accuracy - a.accuracy);
  if (best !== undefined) {
    const { name, doubted, fitted } = best;
    const share = fitted / doubted;
    if (doubted >= DOUBTED_LEAST && share <= FITTED.outOfSample) return null;
    if (doubted >= DOUBTED_LEAST && share >= FITTED.inSample)
      return `${fit}, including ${integer(fitted)} of the ${integer(doubted)} labels that ${name} calls wrong with at least ${percent(DOUBTED)} probability. ${CONCLUSION}`;
    const errors = 1 - best.accuracy;
    return accuracy >= NEAR_PERFECT && errors >= REFERENCE_ERRORS && errors >= TIMES_AS_OFTEN * (1 - accuracy)
      ? `${fit}, but ${name}, which predicts each image without its own label, matches only ${percentOneDecimal(best.accuracy)}. ${CONCLUSION} If the predictions are out-of-sample, they contradict only ${counted(Math.round((1 - accuracy) * labels.length), 'label')}: the diagnosis shows which.`
      : null;
  }
  const certainty =
    labels.reduce((sum, label, i) => sum + probabilities[i * classes + label]!, 0) / Math.max(1, labels.length);
  return accuracy >= NEAR_PERFECT && certainty >= NEAR_CERTAIN
    ? `${fit} with a mean probability of ${percentOneDecimal(certainty)}. ${CONCLUSION} If the predictions are out-of-sample, also run the instant probe: it shows whether these labels really are so easy to predict.`
    : null;
}
