/**
 * Stores a finished probe with the figures computed from its predictions. Synchronous, because it runs in the audit
 * process; takes seconds for large data sets.
 */
import { z } from 'zod';
import { intsSchema } from '../../contract/arrays';
import { offeredBackboneSchema } from '../../contract/model/backbone';
import {
  offeredEmbeddingSchema,
  pretrainedUseSchema,
  probeKindSchema,
  probeRunSchema,
} from '../../contract/model/labels';
import { diagnose } from '../../core/collapse/diagnosis';
import { importedTruth } from '../../core/labels/calibration';
import { predictedClasses, type ProbePredictions } from '../../core/labels/predictions';
import { probeSkill } from '../../core/labels/skill';
import type { Catalog } from '../catalog/catalog';
import { noiseByTrainedProbes } from './own-probe';
import { storeProbe } from '../catalog/labels';
import { probeResultSchema } from '../training/protocol/tasks';

/** Without the confusion matrix, which can be computed from the stored predictions. */
const storedRunSchema = probeRunSchema.omit({ stale: true });

/** A finished probe that is not stored yet. Row i of its result belongs to `images[i]`. */
export const finishedProbeSchema = z.object({
  kind: probeKindSchema,
  /** Key of the contents and labels of the images that the probe used. */
  key: z.string(),
  seconds: z.number(),
  embedding: offeredEmbeddingSchema.optional(),
  backbone: offeredBackboneSchema.optional(),
  pretrained: pretrainedUseSchema.optional(),
  finishedAt: z.number(),
  classes: z.array(z.string()),
  images: intsSchema,
  labels: intsSchema,
  result: z.object({
    probabilities: probeResultSchema.shape.probabilities,
    /** Null: computed from the probabilities, which are calibrated first. */
    truth: probeResultSchema.shape.truth.nullable(),
    /** Null: the probe has no features of its own. */
    embedding: probeResultSchema.pick({ embedding: true, dimensions: true }).nullable(),
    choices: probeResultSchema.shape.choices,
  }),
});
export type FinishedProbe = z.infer<typeof finishedProbeSchema>;

/** Replaces the last run of the same kind of probe. */
export function storeFinished(
  catalog: Catalog,
  {
    kind,
    key,
    seconds,
    finishedAt,
    classes,
    images,
    labels,
    result,
    embedding: offered,
    backbone,
    pretrained,
  }: FinishedProbe,
): void {
  const { embedding } = result;
  const imported =
    result.truth === null
      ? importedTruth({ probabilities: result.probabilities, labels, classes: classes.length }, () =>
          noiseByTrainedProbes(catalog),
        )
      : null;
  const { probabilities, truth } = imported ?? { ...result, truth: result.truth! };
  const choices = [
    ...result.choices,
    ...(imported === null ? [] : [{ name: 'calibration', value: `power ${imported.sharpness.toPrecision(2)}` }]),
  ];
  const predictions: ProbePredictions = { probabilities, labels, classes: classes.length };
  const predicted = predictedClasses(predictions);
  const skill = probeSkill(predictions);
  const { figures, verdict } = diagnose({ classes, labels, predicted, probabilities });
  const run = storedRunSchema.parse({
    kind,
    images: images.length,
    ...(offered && { embedding: offered }),
    ...(backbone && { backbone }),
    ...(pretrained && { pretrained }),
    seconds,
    finishedAt,
    skill: {
      ...skill,
      sentence: [skill.sentence, imported?.remark ?? ''].join(' ').trimEnd(),
      perClass: skill.perClass.map((entry, k) => ({
        name: classes[k]!,
        images: entry.images,
        recall: entry.recall,
        told: entry.told,
      })),
    },
    diagnosis: { figures, verdict },
    choices,
  });
  storeProbe(
    catalog,
    kind,
    key,
    run,
    { classes, images, labels, probabilities, truth },
    predicted,
    embedding && { values: embedding.embedding, dimensions: embedding.dimensions },
  );
}
