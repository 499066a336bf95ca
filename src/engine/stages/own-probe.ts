/** The user's own predictions as a probe: nothing is trained, only judged. */
import { PlumblineError } from '../../contract/errors';
import { inSampleSentence, labelAccuracy, type Reference } from '../../core/labels/in-sample';
import type { ProbePredictions } from '../../core/labels/predictions';
import { PROBES } from '../../core/text/labels';
import { quoted } from '../../core/text/names';
import type { Catalog } from '../catalog/catalog';
import { contentKey } from '../catalog/labels';
import { freshOutputs } from '../catalog/label-queries';
import { ownPredictions, ownProbabilities } from '../catalog/predictions';
import { trainedProbeSchema } from '../../contract/model/labels';
import type { Cohort } from './cohort';
import type { FinishedProbe } from './probe-run';

const bad = (message: string): PlumblineError => new PlumblineError('bad-predictions', message);

function references(catalog: Catalog): Reference[] {
  return trainedProbeSchema.options.flatMap((kind) => {
    const outputs = freshOutputs(catalog, kind);
    if (outputs === null) return [];
    return [{ name: PROBES[kind].phrase, accuracy: labelAccuracy({ ...outputs, classes: outputs.classes.length }) }];
  });
}

/**
 * The stored predictions of the user as a finished probe. Images without a prediction are left out.
 * @param id null for the newest ones
 * @throws PlumblineError not-found, bad-predictions: without probabilities, made for other images or labels, or
 *   recognised as in-sample
 */
export function predictionsProbe(
  catalog: Catalog,
  { classes, images, labels }: Cohort,
  id: string | null,
): Pick<FinishedProbe, 'images' | 'labels' | 'result'> {
  const stored = ownPredictions(catalog).find((one) => id === null || one.id === id);
  if (stored === undefined)
    throw new PlumblineError('not-found', 'These predictions no longer exist; import them again.');
  const name = quoted(stored.name);
  if (stored.contentKey !== contentKey(catalog))
    throw bad(`The images or their labels have changed since ${name} was imported; import it again.`);
  const rows = ownProbabilities(catalog, stored.id);
  if (rows === null)
    throw bad(`${name} has only predicted labels: to judge labels, write one probability for each class in every row.`);
  const used = [...images.keys()].filter((i) => rows.has(images[i]!));
  if (used.length < 2)
    throw bad(`${name} has probabilities for ${used.length} of the readable images; at least 2 are needed.`);
  const probabilities = new Float32Array(used.length * classes.length);
  used.forEach((i, row) => probabilities.set(rows.get(images[i]!)!, row * classes.length));
  const predictions: ProbePredictions = {
    probabilities,
    labels: Int32Array.from(used, (i) => labels[i]!),
    classes: classes.length,
  };
  const refused = inSampleSentence(predictions, references(catalog));
  if (refused !== null) throw bad(refused);
  return {
    images: Int32Array.from(used, (i) => images[i]!),
    labels: predictions.labels,
    result: {
      probabilities,
      truth: null,
      embedding: null,
      choices: [{ name: 'File', value: stored.name }],
    },
  };
}
