/** The probe job: a probe predicts every image without itself, the labels are judged by it, and the findings made again. */
import { PlumblineError } from '../../contract/errors';
import { probeRunSchema, type LabelsSummary, type ProbeKind } from '../../contract/labels';
import { diagnose } from '../../core/collapse/diagnosis';
import { combinePredictions } from '../../core/labels/combination';
import { predictedClasses, type Predictions } from '../../core/labels/predictions';
import { judgeLabels, type LabelVerdicts } from '../../core/labels/verdicts';
import type { Catalog } from '../catalog/catalog';
import { freshOutputs } from '../catalog/label-questions';
import { contentKey, storeEmbedding, storeProbe, storeVerdicts, type LabelVerdict, type ProbeOutputs } from '../catalog/labels';
import { runInstantProbe } from '../probe/host';
import type { TaskResult } from '../probe/tasks';
import type { Task } from '../task';
import { runAudit } from './audit';
import { trainCnn } from './cnn-run';
import { type Cohort, cohortOf, rasterReader } from './cohort';
import { embeddingRows } from './embedding';

/** Leaves the confusion matrix out, which follows from the stored predictions. */
const storedRunSchema = probeRunSchema.omit({ stale: true });
const SEED = 1;
/** For choosing and computing views. */
const BUDGET_SECONDS = 12;
/** Of the threshold slider. */
const CURVE_POINTS = 99;
const JOINT_MOST = 5000;

/**
 * Runs a probe over all readable images and judges their labels.
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
  const rows = await embeddingRows(outputs, result.embedding, result.dimensions, SEED, task);
  task.progress({ stage: 'Storing predictions', done: 0, total: null });
  storeProbe(catalog, kind, key, storedRunSchema.parse(run), outputs, predicted);
  storeEmbedding(catalog, rows);
  judgeStored(catalog);
  await runAudit(catalog, task);
}

async function solveInstant(catalog: Catalog, { widths, heights, labels, groups, classes, images }: Cohort, seed: number, task: Task): Promise<{ result: TaskResult<'instant-probe'>; seconds: number }> {
  const started = performance.now();
  const result = await runInstantProbe({ widths, heights, labels, groups, classes: classes.length, seed, seconds: BUDGET_SECONDS }, { ...task, rasters: rasterReader(catalog, images) });
  return { result, seconds: (performance.now() - started) / 1000 };
}

/** Judges the labels by all probes that ran over the data set as it is now. */
function judgeStored(catalog: Catalog): void {
  const instant = freshOutputs(catalog, 'instant');
  const cnn = freshOutputs(catalog, 'cnn');
  const basis = instant ?? cnn;
  if (!basis) return;
  const predictions = { labels: basis.labels, classes: basis.classes.length, probabilities: instant && cnn ? combinePredictions(instant.probabilities, cnn.probabilities) : basis.probabilities };
  const { images, groups } = cohortOf(catalog);
  const groupOf = new Map(Array.from(images, (image, i) => [image, groups[i]!]));
  const verdicts = judgeLabels(predictions, basis.images.map((image) => groupOf.get(image) ?? -1));
  storeVerdicts(catalog, verdictRows(basis, verdicts, instant, cnn), summaryOf(basis, verdicts));
}

function* verdictRows({ classes, images, labels }: ProbeOutputs, verdicts: LabelVerdicts, instant: ProbeOutputs | null, cnn: ProbeOutputs | null): Generator<LabelVerdict> {
  const probed = (outputs: ProbeOutputs | null, i: number, suggested: number) =>
    outputs && { given: outputs.probabilities[i * classes.length + labels[i]!]!, suggested: outputs.probabilities[i * classes.length + suggested]! };
  for (let i = 0; i < images.length; i++) {
    if (verdicts.judged[i] === 0) continue;
    const suggested = verdicts.suggested[i]!;
    yield {
      image: images[i]!,
      given: classes[labels[i]!]!,
      suggested: classes[suggested]!,
      wrong: verdicts.wrong[i]!,
      flagged: verdicts.flags[i] === 1,
      instant: probed(instant, i, suggested),
      cnn: probed(cnn, i, suggested),
    };
  }
}

function summaryOf({ classes, labels }: ProbeOutputs, verdicts: LabelVerdicts): Omit<LabelsSummary, 'runs'> {
  const { skill, joint, estimate, wrong, suggested, flags, judged } = verdicts;
  const pairs = new Map<number, number>();
  labels.forEach((given, i) => {
    const cell = given * classes.length + suggested[i]!;
    if (flags[i] === 1) pairs.set(cell, (pairs.get(cell) ?? 0) + 1);
  });
  const named = (cell: number) => ({ from: classes[Math.floor(cell / classes.length)]!, to: classes[cell % classes.length]! });
  const cells = Array.from(joint.calibrated, (count, cell) => ({ cell, count })).filter(({ cell, count }) => count > 0 && cell % (classes.length + 1) !== 0);
  const ranked = Float64Array.from(wrong).filter((_, i) => suggested[i] !== labels[i]).sort().reverse();
  return {
    withheld: skill.verdict === 'learned' ? null : skill.sentence,
    judged: judged.reduce((sum, one) => sum + one, 0),
    flagged: flags.reduce((sum, one) => sum + one, 0),
    estimate,
    curve: estimate === null ? [] : thresholdCurve(ranked),
    pairs: [...pairs].sort((a, b) => b[1] - a[1]).map(([cell, count]) => ({ given: named(cell).from, suggested: named(cell).to, count })),
    joint: estimate === null ? [] : cells.sort((a, b) => b.count - a.count).slice(0, JOINT_MOST).map(({ cell, count }) => ({ given: named(cell).from, truth: named(cell).to, count })),
  };
}

/** How many lie at or above each threshold, and how many of them are expected to be wrong. @param ranked P(wrong), descending */
function thresholdCurve(ranked: Float64Array): LabelsSummary['curve'] {
  let at = 0;
  let expected = 0;
  return Array.from({ length: CURVE_POINTS }, (_, step) => {
    const threshold = (CURVE_POINTS - step) / (CURVE_POINTS + 1);
    while (at < ranked.length && ranked[at]! >= threshold) expected += ranked[at++]!;
    return { threshold, flagged: at, expected };
  });
}
