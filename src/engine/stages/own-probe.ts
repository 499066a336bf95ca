/** The user's own predictions as a probe, and whether they were made on the training images. */
import { PlumblineError } from '../../contract/errors';
import { unproven } from '../../core/labels/confident-errors';
import { wrongShare } from '../../core/labels/counting';
import { DOUBTED, inSampleSentence, labelAccuracy, type Reference, WORTH_COMPARING } from '../../core/labels/in-sample';
import { predictedClasses, type ProbePredictions } from '../../core/labels/predictions';
import { probeSkill } from '../../core/labels/skill';
import { judgeLabels } from '../../core/labels/verdicts';
import { PROBES } from '../../core/text/labels';
import { quoted } from '../../core/text/names';
import type { Catalog } from '../catalog/catalog';
import { contentKey, type ProbeOutputs } from '../catalog/labels';
import { freshOutputs } from '../catalog/label-queries';
import { ownPredictions, ownProbabilities } from '../catalog/predictions';
import { trainedProbeSchema } from '../../contract/model/labels';
import type { Cohort } from './cohort';

/** In larger data sets, running a probe only for comparison would take too long. */
const REFERENCE_MOST = 20_000;

const bad = (message: string): PlumblineError => new PlumblineError('bad-predictions', message);

const trainedOutputs = (catalog: Catalog): { name: string; outputs: ProbeOutputs }[] =>
  trainedProbeSchema.options.flatMap((kind) => {
    const outputs = freshOutputs(catalog, kind);
    return outputs === null ? [] : [{ name: PROBES[kind].phrase, outputs }];
  });

function referenceOf(
  { name, outputs }: { readonly name: string; readonly outputs: ProbeOutputs },
  { images, predictions }: OwnProbe,
): Reference {
  const classes = outputs.classes.length;
  const { wrong } = judgeLabels({ ...outputs, classes });
  const doubted = new Set(outputs.images.filter((_, i) => wrong[i]! >= DOUBTED));
  const predicted = predictedClasses(predictions);
  const rows = [...images.keys()].filter((row) => doubted.has(images[row]!));
  return {
    name,
    accuracy: labelAccuracy({ ...outputs, classes }),
    doubted: rows.length,
    fitted: rows.filter((row) => predicted[row] === predictions.labels[row]).length,
  };
}

/** The predictions of the user for the images that they cover. */
export interface OwnProbe {
  readonly name: string;
  readonly images: Int32Array;
  readonly predictions: ProbePredictions;
}

/**
 * Whether a trained probe must run before it can be said that the predictions are out-of-sample, or how many labels are
 * wrong although the predictions prove little alone.
 */
export function needsReference(catalog: Catalog, { predictions }: OwnProbe): boolean {
  return (
    predictions.labels.length <= REFERENCE_MOST &&
    trainedOutputs(catalog).length === 0 &&
    (labelAccuracy(predictions) >= WORTH_COMPARING || unproven(predictions) !== null)
  );
}

/** The rate of wrong labels that a trained probe finds at least, 0–1; 0 if none has learned. */
export function noiseByTrainedProbes(catalog: Catalog): number {
  const rates = trainedOutputs(catalog).map(({ outputs }) => {
    const predictions = { ...outputs, classes: outputs.classes.length };
    return probeSkill(predictions).verdict === 'learned' ? wrongShare(predictions).low : 0;
  });
  return Math.max(0, ...rates);
}

/**
 * @throws PlumblineError bad-predictions if the predictions look like those of a model for its training images
 */
export function checkOutOfSample(catalog: Catalog, own: OwnProbe): void {
  const refused = inSampleSentence(
    own.predictions,
    trainedOutputs(catalog).map((one) => referenceOf(one, own)),
  );
  if (refused !== null) throw bad(refused);
}

/**
 * The stored predictions of the user. Images without a prediction are left out.
 * @param id null for the newest ones
 * @throws PlumblineError not-found, bad-predictions: without probabilities, or made for other images or labels
 */
export function ownProbe(catalog: Catalog, { classes, images, labels }: Cohort, id: string | null): OwnProbe {
  const stored = ownPredictions(catalog).find((one) => id === null || one.id === id);
  if (stored === undefined)
    throw new PlumblineError('not-found', 'These predictions no longer exist; import them again.');
  const name = quoted(stored.name);
  if (stored.contentKey !== contentKey(catalog))
    throw bad(`The images or their labels have changed since ${name} was imported; import it again.`);
  const own = ownProbabilities(catalog, stored);
  if (own === null)
    throw bad(`${name} has only predicted labels: to judge labels, write one probability for each class in every row.`);
  const { rows } = own;
  if (own.classes.join('\n') !== classes.join('\n'))
    throw bad(`${name} has probabilities for other classes than the data set has now.`);
  const used = [...images.keys()].filter((i) => rows.has(images[i]!));
  if (used.length < 2)
    throw bad(`${name} has probabilities for ${used.length} of the readable images; at least 2 are needed.`);
  const probabilities = new Float32Array(used.length * classes.length);
  used.forEach((i, row) => probabilities.set(rows.get(images[i]!)!, row * classes.length));
  return {
    name: stored.name,
    images: Int32Array.from(used, (i) => images[i]!),
    predictions: { probabilities, labels: Int32Array.from(used, (i) => labels[i]!), classes: classes.length },
  };
}
