/** Labels as the probes and the numbers of the user judge them. */
import { z } from 'zod';
import { call, job, nothing, ofDataset, pageParams, trustedCall } from '../entry';
import { backboneChoicesSchema, checkedBackboneSchema, ownBackboneSchema } from '../model/backbone';
import { imageIdSchema } from '../model/image';
import {
  confusionSchema,
  curvePointSchema,
  embeddingMapSchema,
  importedEmbeddingSchema,
  labelsSummarySchema,
  ownEmbeddingSchema,
  probeKindSchema,
  surroundingsSchema,
  suspectFilterSchema,
  suspectSchema,
} from '../model/labels';
import { ownPredictionsIdSchema } from '../model/queries';
import { modelTokenSchema } from '../model/user-model';

export const labelsCalls = {
  /** Runs a probe, judges the labels with it, and updates the findings. */
  'jobs.probe': job(
    ofDataset.extend({
      probe: probeKindSchema,
      /** With `predictions`: which ones. Without it, the newest ones of the user. */
      predictions: ownPredictionsIdSchema.optional(),
      /** With `instant`: takes the place of the pretrained network. */
      embedding: ownEmbeddingSchema.optional(),
      /** The same for a network of the user; at most one of the two. */
      backbone: ownBackboneSchema.optional(),
      thresholds: z.record(z.string(), z.number()).optional(),
    }),
    nothing,
  ),
  /**
   * Starts the training process, fits a small model for `steps` steps and returns the loss. This shows that TensorFlow
   * works on this machine.
   */
  'jobs.trainingCheck': job(
    ofDataset.extend({ steps: z.int().min(1).max(10_000) }),
    z.object({ firstLoss: z.number(), lastLoss: z.number() }),
  ),
  /** What the probes found out about the labels. */
  'labels.summary': call(ofDataset, labelsSummarySchema),
  /** Suspicious labels, most suspicious first. */
  'labels.list': call(
    ofDataset.extend(pageParams.shape).extend({ filter: suspectFilterSchema }),
    z.object({ total: z.int(), items: z.array(suspectSchema) }),
  ),
  'labels.confusion': call(ofDataset.extend({ probe: probeKindSchema }), confusionSchema),
  'labels.curve': call(ofDataset.extend({ probe: probeKindSchema }), z.array(curvePointSchema)),
  'labels.map': call(ofDataset, embeddingMapSchema),
  'labels.surroundings': call(ofDataset.extend({ image: imageIdSchema }), surroundingsSchema),
  /**
   * Stores the user's embedding of the images from a file (CSV, Parquet, or .npy with a file of names); the last one is
   * forgotten (errors: bad-predictions, one sentence).
   */
  'labels.importEmbedding': trustedCall(
    ofDataset.extend({ path: z.string().min(1), names: z.string().nullable() }),
    importedEmbeddingSchema,
  ),
  /**
   * Finds out how a pretrained network of the user (an ONNX file, a token of `diagnosis.model`) is run: from its file, from
   * Hugging Face's preprocessor_config.json beside it, and on made-up pictures (errors: bad-model, one sentence). The
   * result can be given to `jobs.probe`.
   */
  'labels.checkBackbone': call(
    ofDataset.extend({ model: modelTokenSchema }).extend(backboneChoicesSchema.shape),
    checkedBackboneSchema,
  ),
} as const;
