/**
 * What a probe's predictions say of it, and their storing. Synchronous, seconds for large sets: runs in the audit
 * process.
 */
import { z } from 'zod';
import { intsSchema } from '../../contract/arrays';
import { probeKindSchema, probeRunSchema } from '../../contract/model/labels';
import { diagnose } from '../../core/collapse/diagnosis';
import { predictedClasses, type ProbePredictions } from '../../core/labels/predictions';
import { judgeLabels } from '../../core/labels/verdicts';
import type { Catalog } from '../catalog/catalog';
import { storeProbe } from '../catalog/labels';
import { probeResultSchema } from '../training/protocol/tasks';

/** Leaves the confusion matrix out, which follows from the stored predictions. */
const storedRunSchema = probeRunSchema.omit({ stale: true });

/** A finished probe on its way into the store. Row i of its result is about `images[i]`. */
export const finishedProbeSchema = z.object({
  kind: probeKindSchema,
  /** Names the contents and labels that it saw. */
  key: z.string(),
  seconds: z.number(),
  finishedAt: z.number(),
  classes: z.array(z.string()),
  images: intsSchema,
  labels: intsSchema,
  result: probeResultSchema,
});
export type FinishedProbe = z.infer<typeof finishedProbeSchema>;

/** Replaces the last run of this kind of probe. */
export function storeFinished(
  catalog: Catalog,
  { kind, key, seconds, finishedAt, classes, images, labels, result }: FinishedProbe,
): void {
  const { probabilities, embedding, dimensions, choices } = result;
  const predictions: ProbePredictions = { probabilities, labels, classes: classes.length };
  const predicted = predictedClasses(predictions);
  const { skill } = judgeLabels(predictions);
  const { figures, verdict } = diagnose({ classes, labels, predicted, probabilities });
  const run = storedRunSchema.parse({
    kind,
    images: images.length,
    seconds,
    finishedAt,
    skill: {
      ...skill,
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
  storeProbe(catalog, kind, key, run, { classes, images, labels, probabilities }, predicted, {
    values: embedding,
    dimensions,
  });
}
