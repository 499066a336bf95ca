/** What the probes learned, which labels they consider wrong, and the map of the images in the learned features. */
import { z } from 'zod';
import { offeredBackboneSchema } from './backbone';
import { diagnosisSchema } from './diagnosis';
import { imageCardSchema, imageIdSchema } from './image';

/**
 * `instant`: fixed features and a closed-form classifier; takes seconds. `cnn`: a small CNN trained fold by fold; takes
 * minutes.
 */
export const trainedProbeSchema = z.enum(['instant', 'cnn']);
export type TrainedProbe = z.infer<typeof trainedProbeSchema>;

/** `predictions`: the user's own out-of-sample probabilities; nothing is trained. */
export const probeKindSchema = z.enum([...trainedProbeSchema.options, 'predictions']);
export type ProbeKind = z.infer<typeof probeKindSchema>;

/** The user's own embedding of the images, as it was imported. */
export const ownEmbeddingSchema = z.object({
  /** Hash of the file. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** File name, for display. */
  file: z.string().min(1),
  /** Numbers for each image. */
  width: z.int().positive(),
});
export type OwnEmbedding = z.infer<typeof ownEmbeddingSchema>;

/** `notes`: what was left out, one sentence each. */
export const importedEmbeddingSchema = z.object({ embedding: ownEmbeddingSchema, notes: z.array(z.string()) });
export type ImportedEmbedding = z.infer<typeof importedEmbeddingSchema>;

/** The user's embedding beside a probe: whether the probe used it, because it helps to tell the classes apart. */
export const offeredEmbeddingSchema = z.object({ file: z.string(), used: z.boolean() });

export const skillVerdictSchema = z.enum(['learned', 'weak', 'collapsed', 'chance']);

/** Whether a probe has learned enough to judge labels, overall and for each class. */
export const skillSchema = z.object({
  verdict: skillVerdictSchema,
  sentence: z.string(),
  balancedAccuracy: z.number(),
  chance: z.number(),
  z: z.number(),
  effectiveClasses: z.number(),
  logLossSkill: z.number(),
  perClass: z.array(z.object({ name: z.string(), images: z.int(), recall: z.number(), told: z.boolean() })),
});

/** What the instant probe made of the built-in pretrained network. `of-no-help`: on the images of this data set. */
export const pretrainedUseSchema = z.enum(['used', 'of-no-help', 'not-installed']);
export type PretrainedUse = z.infer<typeof pretrainedUseSchema>;

export const probeRunSchema = z.object({
  kind: probeKindSchema,
  images: z.int(),
  /** Only where the user gave one. */
  embedding: offeredEmbeddingSchema.optional(),
  /** The same for a network of the user. */
  backbone: offeredBackboneSchema.optional(),
  /** Of the instant probe, where the user gave neither; absent in older runs. */
  pretrained: pretrainedUseSchema.optional(),
  seconds: z.number(),
  finishedAt: z.number(),
  /** True when images or labels have changed since then. */
  stale: z.boolean(),
  skill: skillSchema,
  /** Figures without the confusion matrix, for which there is a separate call. */
  diagnosis: diagnosisSchema.extend({ figures: diagnosisSchema.shape.figures.omit({ confusion: true }) }),
  /** What the probe chose for this data set (views, regularization, rounds), for interested users. */
  choices: z.array(z.object({ name: z.string(), value: z.string() })),
});
export type ProbeRun = z.infer<typeof probeRunSchema>;

export const labelsSummarySchema = z.object({
  runs: z.array(probeRunSchema),
  /** Why no label is reported as wrong although a probe ran; otherwise null. */
  withheld: z.string().nullable(),
  judged: z.int(),
  flagged: z.int(),
  /** "An estimated n of N labels are wrong"; null where no label may be judged. */
  estimate: z.object({ expected: z.number(), low: z.number(), high: z.number() }).nullable(),
  /**
   * For the threshold slider, from the strictest threshold to the loosest: how many labels are flagged, and how many of
   * these are expected to be wrong.
   */
  curve: z.array(z.object({ threshold: z.number(), flagged: z.int(), expected: z.number() })),
  /** Flagged pairs, most frequent first. */
  pairs: z.array(z.object({ given: z.string(), suggested: z.string(), count: z.int() })),
  /** Non-zero cells of the calibrated confident joint, off the diagonal, largest first. */
  joint: z.array(z.object({ given: z.string(), truth: z.string(), count: z.int() })),
});
export type LabelsSummary = z.infer<typeof labelsSummarySchema>;

/** One probe's probabilities that the given and the suggested class are the true class. */
export const probedSchema = z.object({ kind: probeKindSchema, given: z.number(), suggested: z.number() });
export type Probed = z.infer<typeof probedSchema>;

export const suspectSchema = z.object({
  card: imageCardSchema,
  given: z.string(),
  suggested: z.string(),
  /** P(the given label is wrong), 0–1. */
  wrong: z.number(),
  flagged: z.boolean(),
  /** One entry for each probe that predicted the image. */
  probed: z.array(probedSchema),
});
export type Suspect = z.infer<typeof suspectSchema>;

export const suspectFilterSchema = z.object({
  given: z.string().optional(),
  suggested: z.string().optional(),
  /** P(wrong) must be above this. */
  threshold: z.number().min(0).max(1),
});
export type SuspectFilter = z.infer<typeof suspectFilterSchema>;

export const confusionSchema = z.object({
  classes: z.array(z.string()),
  /** Non-zero cells: indices into `classes`. */
  cells: z.array(z.object({ given: z.int(), predicted: z.int(), count: z.int() })),
});
export type Confusion = z.infer<typeof confusionSchema>;

/** The embedding in two dimensions; index i of each array is the same image. */
export const embeddingMapSchema = z.object({
  ids: z.instanceof(Uint32Array),
  x: z.instanceof(Float32Array),
  y: z.instanceof(Float32Array),
  /** Indices into `classes` and `splits` (255 = none). */
  classOf: z.instanceof(Uint16Array),
  splitOf: z.instanceof(Uint8Array),
  /** 1 where the label is flagged as wrong. */
  flagged: z.instanceof(Uint8Array),
  classes: z.array(z.string()),
  splits: z.array(z.string()),
});
export type EmbeddingMap = z.infer<typeof embeddingMapSchema>;

/**
 * Whether images similar to one can be found. `no-probe`: no probe has stored where it saw the images. `unseen`: it did
 * not see this image, because the image is newer or cannot be read.
 */
export const similarityStateSchema = z.enum(['known', 'unseen', 'no-probe']);
export type SimilarityState = z.infer<typeof similarityStateSchema>;

/** One epoch of one fold. */
export const curvePointSchema = z.object({
  fold: z.int(),
  epoch: z.int(),
  loss: z.number(),
  accuracy: z.number(),
  validationLoss: z.number(),
  validationAccuracy: z.number(),
  validationBalancedAccuracy: z.number(),
});
export type CurvePoint = z.infer<typeof curvePointSchema>;

/**
 * What is shown next to a suspect: its nearest neighbours, and typical images of the given and of the suggested class.
 */
export const surroundingsSchema = z.object({
  image: imageIdSchema,
  neighbours: z.array(imageCardSchema.extend({ distance: z.number() })),
  givenExemplars: z.array(imageCardSchema),
  suggestedExemplars: z.array(imageCardSchema),
});
export type Surroundings = z.infer<typeof surroundingsSchema>;
