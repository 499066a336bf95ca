/** A training of the user that `plumbline_watch.py` records into a folder while it runs, as Plumbline reads it. */
import { z } from 'zod';
import { estimateSchema, verdictKindSchema } from './diagnosis';

/** The schema of `plumbline watch --json`. */
export const WATCH_SCHEMA = 'plumbline-watch-1';

const maybeNumber = z.number().nullable();

export const watchedLayerSchema = z.object({
  name: z.string(),
  /** Variance of the outputs over the images, averaged over the units; null where it was not finite. */
  variance: maybeNumber,
  /** Share of the units that are 0 for every image; null for a layer that does not behave like a ReLU. */
  deadShare: maybeNumber,
  /** The layer gives the same output for every image. */
  constant: z.boolean(),
});
export type WatchedLayer = z.infer<typeof watchedLayerSchema>;

/** One epoch. A number is null where it was not recorded or not finite. */
export const watchedEpochSchema = z.object({
  /** From 1. */
  epoch: z.int(),
  /** Weight updates since the start of the run. */
  steps: z.int().nullable(),
  loss: maybeNumber,
  accuracy: maybeNumber,
  validationLoss: maybeNumber,
  validationAccuracy: maybeNumber,
  learningRate: maybeNumber,
  gradientNorm: maybeNumber,
  /** The loss or an output of the model was not a finite number. */
  notFinite: z.boolean(),
  /** Predictions for the sample, by class; null where the sample was not predicted in this epoch. */
  predicted: z.array(z.int()).nullable(),
  verdict: verdictKindSchema.nullable(),
  balancedAccuracy: estimateSchema.nullable(),
  layers: z.array(watchedLayerSchema),
});
export type WatchedEpoch = z.infer<typeof watchedEpochSchema>;

/**
 * `waiting`: nothing to judge yet. `not-yet`: too early for a verdict. `unknown`: no predictions were recorded, or too
 * few images. Only `collapsed` and `diverged` raise an alarm.
 */
export const watchVerdictKindSchema = z.enum([
  'waiting',
  'not-yet',
  'unknown',
  'learns',
  'partial',
  'collapsed',
  'diverged',
]);
export type WatchVerdictKind = z.infer<typeof watchVerdictKindSchema>;

export const watchVerdictSchema = z.object({
  kind: watchVerdictKindSchema,
  /** One or more plain sentences with the numbers in them. */
  sentence: z.string(),
  /** The first epoch of the collapse or of the divergence; null for other verdicts. */
  since: z.int().nullable(),
  /** The first layer from which on every output is the same for all images, and the first epoch in which it was. */
  layer: z.object({ name: z.string(), epoch: z.int(), dead: z.boolean() }).nullable(),
});
export type WatchVerdict = z.infer<typeof watchVerdictSchema>;

/** Something about the input or the labels of the training. */
export const watchRemarkSchema = z.object({
  id: z.enum([
    'not-scaled',
    'scaled-twice',
    'channels-reversed',
    'input-as-expected',
    'prepared-differently',
    'not-shuffled',
    'labels-permuted',
    'labels-differ',
    'numbered-differently',
    'other-classes',
    'order-of-folders',
    'not-recorded',
  ]),
  severity: z.enum(['warning', 'info']),
  sentence: z.string(),
});
export type WatchRemark = z.infer<typeof watchRemarkSchema>;

export const watchedRunSchema = z.object({
  /** The name of the run's file without its ending. */
  id: z.string(),
  /** Its name and version, for display. */
  framework: z.string(),
  host: z.string(),
  /** By the clock of the training's machine, milliseconds since 1970; null where it is not recorded. */
  startedAt: z.number().nullable(),
  ended: z.enum(['finished', 'interrupted']).nullable(),
  classes: z.array(z.string()),
  /** Images of the fixed sample that is predicted after an epoch. */
  images: z.int(),
  epochs: z.array(watchedEpochSchema),
  verdict: watchVerdictSchema,
  remarks: z.array(watchRemarkSchema),
  /** Complete lines that could not be read. */
  unreadable: z.int(),
});
export type WatchedRun = z.infer<typeof watchedRunSchema>;

const runHeadSchema = watchedRunSchema.pick({ id: true, framework: true, host: true, startedAt: true }).extend({
  epochs: z.int(),
  ended: watchedRunSchema.shape.ended,
  kind: watchVerdictKindSchema,
});

export const watchStateSchema = z.object({
  /** Name of the watched folder, for display; null while none is watched. */
  folder: z.string().nullable(),
  /** Why the folder cannot be read now, one sentence. */
  problem: z.string().nullable(),
  /** The latest run first. */
  runs: z.array(runHeadSchema),
  /** The run that was asked for, otherwise the latest. */
  run: watchedRunSchema.nullable(),
});
export type WatchState = z.infer<typeof watchStateSchema>;
