/** What the collapse lab reports: every run, the cause set, the remedy set, and what it could not tell. */
import { z } from 'zod';
import { verdictKindSchema } from './diagnosis';

/** Seconds. */
export const LAB_BUDGETS = { quick: 120, normal: 600, long: 3600 } as const;

/** One look at the net during training. */
export const traceSchema = z.object({
  step: z.int(),
  /** Mean loss since the last look; null where it was not finite. */
  loss: z.number().nullable(),
  balancedAccuracy: z.number(),
  /** Share of the validation predictions per class: watch it collapse. */
  predicted: z.array(z.number()),
  /** One entry per layer, input side first. */
  layers: z.array(
    z.object({
      name: z.string(),
      /** Norm of the gradient of its weights, and of an update over that of the weights. */
      gradient: z.number().nullable(),
      updateRatio: z.number().nullable(),
      /** Share of units that are 0 for a whole batch; null without ReLU. */
      dead: z.number().nullable(),
      /** Standard deviation of its outputs over the images of a batch: 0 = it says the same of every image. */
      variation: z.number().nullable(),
    }),
  ),
});
export type Trace = z.infer<typeof traceSchema>;

export const labRunKindSchema = z.enum([
  'sound',
  'user',
  'break',
  'repair',
  'combination',
  'permuted-labels',
  'blank-images',
  'overfit',
  'alternative',
]);

export const labRunSchema = z.object({
  /** Names the configuration; runs with other seeds share it. */
  key: z.string(),
  kind: labRunKindSchema,
  /** What was changed, in words: "the sound recipe with your learning rate (0.1 with Adam)". */
  title: z.string(),
  seed: z.int(),
  steps: z.int(),
  /** On validation images that are neither flagged nor leaked. */
  balancedAccuracy: z.number(),
  accuracy: z.number(),
  /** (balanced accuracy − chance) / (what the data can give − chance); below 0 is bad luck. */
  recovered: z.number(),
  verdict: verdictKindSchema,
  effectivePredictedClasses: z.number(),
  /** The same net with batch statistics instead of moving ones; null without batch norm. */
  balancedAccuracyInTrainingMode: z.number().nullable(),
  /** On training images, as trained. */
  trainingAccuracy: z.number(),
  /** On the leaked validation images too; null where none leak. */
  accuracyWithLeaks: z.number().nullable(),
  /** First step at which the loss was not finite; null if it stayed so. */
  divergedAt: z.int().nullable(),
  seconds: z.number(),
  traces: z.array(traceSchema),
});
export type LabRun = z.infer<typeof labRunSchema>;

/** Mean of `recovered` over the seeds of one configuration, with a 95 % interval (absent below two seeds). */
export const labLevelSchema = z.object({
  key: z.string(),
  title: z.string(),
  mean: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  seeds: z.int(),
});
export type LabLevel = z.infer<typeof labLevelSchema>;

export const labChoiceSchema = z.object({
  id: z.string(),
  title: z.string(),
  user: z.string(),
  sound: z.string(),
  line: z.int().nullable(),
  /** sound + this choice of the user's; user − this choice. Null where time ran out. */
  breaks: labLevelSchema.nullable(),
  repairs: labLevelSchema.nullable(),
  /**
   * How much less the sound recipe recovers with it, where that is beyond the noise between seeds; null or absent where
   * it is not.
   */
  cost: z.number().nullable().optional(),
  role: z.enum([
    /** Alone it makes the sound recipe collapse. */
    'cause',
    /** Only together with others. */
    'part-of-cause',
    /** Costs something, short of a collapse. */
    'harmful',
    /** By itself it makes nothing collapse on these data. */
    'harmless',
    'not-tested',
  ]),
});
export type LabChoice = z.infer<typeof labChoiceSchema>;

/** A minimal set of choices: together they do it, without any one of them they do not. */
export const labSetSchema = z.object({
  choices: z.array(z.string()),
  phrase: z.string(),
  sentence: z.string(),
  level: labLevelSchema,
  confirmed: z.boolean(),
});
export type LabSet = z.infer<typeof labSetSchema>;

export const labOutcomeSchema = z.enum([
  /** The recipe learns what the data can give. */
  'no-collapse',
  'cause-found',
  /** It falls short, but no set of choices explains it within the noise between seeds. */
  'not-told-apart',
  'no-signal',
  'one-class',
  /** The data can be learned, but not by the lab's own net. */
  'sound-fails',
  'out-of-time',
]);
export type LabOutcome = z.infer<typeof labOutcomeSchema>;

export const labResultSchema = z.object({
  outcome: labOutcomeSchema,
  /** The answer in one or two sentences. */
  sentence: z.string(),
  chance: z.number(),
  yardstick: z.object({ balancedAccuracy: z.number(), aboveChance: z.boolean() }),
  sound: labLevelSchema.nullable(),
  user: labLevelSchema.nullable(),
  choices: z.array(labChoiceSchema),
  /**
   * Minimal cause sets, the most harmful first; more than one where each collapses by itself. Out of time: those found
   * by then.
   */
  causes: z.array(labSetSchema),
  /** Minimal sets of repairs; each undoes the collapse. */
  remedies: z.array(labSetSchema),
  /** Other ways to the same end, e.g. a sampler instead of weights. */
  alternatives: z.array(z.object({ title: z.string(), level: labLevelSchema, undoes: z.boolean() })),
  controls: z.array(z.object({ kind: labRunKindSchema, passed: z.boolean(), sentence: z.string() })),
  /** One sentence each: what was capped, not tested, or remarkable (batch norm not warm, leaks). */
  notes: z.array(z.string()),
  runs: z.array(labRunSchema),
});
export type LabResult = z.infer<typeof labResultSchema>;
