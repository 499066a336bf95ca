/** The probe job: a probe predicts every image without itself, and the audit judges the labels by it and lays the images out. */
import { PlumblineError } from '../../contract/errors';
import { probeRunSchema, type ProbeKind } from '../../contract/labels';
import { diagnose } from '../../core/collapse/diagnosis';
import { predictedClasses, type Predictions } from '../../core/labels/predictions';
import { judgeLabels } from '../../core/labels/verdicts';
import type { Catalog } from '../catalog/catalog';
import { contentKey, storeProbe, type ProbeOutputs } from '../catalog/labels';
import { runInstantProbe } from '../probe/host';
import type { TaskResult } from '../probe/tasks';
import type { Task } from '../task';
import { runAudit } from './audit';
import { trainCnn } from './cnn-run';
import { type Cohort, cohortOf, rasterReader } from './cohort';

/** Leaves the confusion matrix out, which follows from the stored predictions. */
const storedRunSchema = probeRunSchema.omit({ stale: true });
const SEED = 1;
/** For choosing and computing views. */
const BUDGET_SECONDS = 12;

/**
 * Runs a probe over all readable images, then the audit.
 * @param learned told when the curves have a new point
 * @throws PlumblineError no-images with fewer than two classes or images, worker-died, out-of-memory, cancelled
 */
export async function runProbe(catalog: Catalog, kind: ProbeKind, task: Task, learned: () => void): Promise<void> {
  const cohort = cohortOf(catalog);
  const { classes, images, labels } = cohort;
  if (images.length < 2 || classes.length < 2) {
    throw new PlumblineError('no-images', `A probe needs readable images of at least two classes; this data set has ${images.length} of ${classes.length}.`);
  }
  const key = contentKey(catalog);
  const { result, seconds } = await (kind === 'instant' ? solveInstant(catalog, cohort, SEED, task) : trainCnn(catalog, cohort, SEED, task, learned));
  const outputs: ProbeOutputs = { classes, images, labels, probabilities: result.probabilities };
  const predictions: Predictions = { probabilities: result.probabilities, labels, classes: classes.length };
  const predicted = predictedClasses(predictions);
  const { skill } = judgeLabels(predictions);
  const { figures, verdict } = diagnose({ classes, labels, predicted, probabilities: result.probabilities });
  const run = {
    kind,
    images: images.length,
    seconds,
    finishedAt: Date.now(),
    skill: { ...skill, perClass: skill.perClass.map((entry, k) => ({ name: classes[k]!, images: entry.images, recall: entry.recall, told: entry.told })) },
    diagnosis: { figures, verdict },
    choices: result.choices,
  };
  task.progress({ stage: 'Storing predictions', done: 0, total: null });
  storeProbe(catalog, kind, key, storedRunSchema.parse(run), outputs, predicted, { values: result.embedding, dimensions: result.dimensions });
  await runAudit(catalog, task);
}

async function solveInstant(catalog: Catalog, { widths, heights, labels, groups, classes, images }: Cohort, seed: number, task: Task): Promise<{ result: TaskResult<'instant-probe'>; seconds: number }> {
  const started = performance.now();
  const result = await runInstantProbe({ widths, heights, labels, groups, classes: classes.length, seed, seconds: BUDGET_SECONDS }, { ...task, rasters: rasterReader(catalog, images) });
  return { result, seconds: (performance.now() - started) / 1000 };
}
