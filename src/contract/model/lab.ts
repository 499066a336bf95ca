/** What the collapse lab reports: every run, the causes, the remedies, and what it could not determine. */
import { z } from 'zod';
import { verdictKindSchema } from './diagnosis';

/** Seconds. */
export const LAB_BUDGETS = { quick: 120, normal: 600, long: 3600 } as const;

/** The state of the net at one step of the training. */
export const traceSchema = z.object({
  step: z.int(),
  /** Mean loss since the previous trace; null if it was not finite. */
  loss: z.number().nullable(),
  balancedAccuracy: z.number(),
  /** Share of the validation predictions per class. In a collapse, one share grows to 1. */
  predicted: z.array(z.number()),
  /** One entry per layer, from the input to the output. */
  layers: z.array(
    z.object({
      name: z.string(),
      /** Norm of the gradient of the layer's weights. `updateRatio`: norm of the update / norm of the weights. */
      gradient: z.number().nullable(),
      updateRatio: z.number().nullable(),
      /** Share of units that are 0 for every image of a batch; null if the activation is not ReLU. */
      dead: z.number().nullable(),
      /** Standard deviation of the layer's outputs over the images of a batch; 0: the same output for every image. */
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
  /** Identifies the configuration. Runs that differ only in the seed have the same key. */
  key: z.string(),
  kind: labRunKindSchema,
  /** What was changed, in words: "the sound recipe with your learning rate (0.1 with Adam)". */
  title: z.string(),
  seed: z.int(),
  steps: z.int(),
  /** On validation images that are neither flagged nor leaked. */
  balancedAccuracy: z.number(),
  accuracy: z.number(),
  /** (balanced accuracy − chance) / (yardstick − chance). It is below 0 if the net is worse than chance. */
  recovered: z.number(),
  verdict: verdictKindSchema,
  effectivePredictedClasses: z.number(),
  /** The same net with the statistics of each batch instead of the moving ones; null without batch norm. */
  balancedAccuracyInTrainingMode: z.number().nullable(),
  /** On the training images, with the labels that were trained. */
  trainingAccuracy: z.number(),
  /** With the leaked validation images included; null if there are none. */
  accuracyWithLeaks: z.number().nullable(),
  /** First step at which the loss was not finite; null if it was always finite. */
  divergedAt: z.int().nullable(),
  seconds: z.number(),
  traces: z.array(traceSchema),
});
export type LabRun = z.infer<typeof labRunSchema>;

/** Mean of `recovered` over the seeds of one configuration, with a 95 % interval (null for a single seed). */
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
  /**
   * `breaks`: the sound recipe with this choice of the user. `repairs`: the user's recipe with the sound choice. Null
   * if the time ran out.
   */
  breaks: labLevelSchema.nullable(),
  repairs: labLevelSchema.nullable(),
  /**
   * How much less the sound recipe recovers with this choice. Null or absent if the difference is within the noise
   * between seeds.
   */
  cost: z.number().nullable().optional(),
  role: z.enum([
    /** By itself it makes the sound recipe collapse. */
    'cause',
    /** It makes the sound recipe collapse only together with other choices. */
    'part-of-cause',
    /** It costs accuracy but does not cause a collapse. */
    'harmful',
    /** With it the sound recipe fails in the time of the lab, but learns when it is trained longer, as the user does. */
    'slows',
    /** By itself it does not make the sound recipe collapse on this data. */
    'harmless',
    /** The time ran out between its two tests, or the lab trains less of it than the user: nothing can be said of it. */
    'partly-tested',
    'not-tested',
  ]),
});
export type LabChoice = z.infer<typeof labChoiceSchema>;

/** A set of choices that has an effect together, and loses it if any one choice is removed. */
export const labSetSchema = z.object({
  choices: z.array(z.string()),
  phrase: z.string(),
  sentence: z.string(),
  level: labLevelSchema,
  confirmed: z.boolean(),
});
export type LabSet = z.infer<typeof labSetSchema>;

/** What can be learned from the images: the balanced accuracy of the instant probe on the validation images. */
export const yardstickSchema = z.object({
  balancedAccuracy: z.number(),
  /** Upper end of its 95 % interval; absent in results of earlier versions. */
  atMost: z.number().optional(),
  /** By a permutation test at the 1 % level. */
  aboveChance: z.boolean(),
});
export type Yardstick = z.infer<typeof yardstickSchema>;

export const labOutcomeSchema = z.enum([
  /** The recipe learns what can be learned from the data. */
  'no-collapse',
  /** Nothing that was trained collapses, but the script has a fault that the lab could not train. */
  'fault-not-trained',
  'cause-found',
  /** The recipe recovers less than the sound one, but no set of choices explains it beyond the noise between seeds. */
  'not-told-apart',
  /** Neither the probe nor the sound net does better than guessing, on enough images to see a clear signal. */
  'no-signal',
  /** The same on so few images that a clear signal can be missed. */
  'too-few-images',
  'one-class',
  /** The data can be learned, but the lab's own net does not learn it well enough to judge this recipe. */
  'sound-fails',
  'out-of-time',
]);
export type LabOutcome = z.infer<typeof labOutcomeSchema>;

export const labResultSchema = z.object({
  outcome: labOutcomeSchema,
  /** The result in one or two sentences. */
  sentence: z.string(),
  chance: z.number(),
  yardstick: yardstickSchema,
  sound: labLevelSchema.nullable(),
  user: labLevelSchema.nullable(),
  choices: z.array(labChoiceSchema),
  /**
   * Minimal sets of choices that cause a collapse, the most harmful first. There are several if each causes a collapse
   * without the others. If the time ran out: those found so far.
   */
  causes: z.array(labSetSchema),
  /** Minimal sets of choices to correct. Each set is enough to prevent the collapse. */
  remedies: z.array(labSetSchema),
  /**
   * Other changes that may prevent the collapse, for example a balanced sampler instead of class weights. `undoes`: it
   * did.
   */
  alternatives: z.array(z.object({ title: z.string(), level: labLevelSchema, undoes: z.boolean() })),
  controls: z.array(z.object({ kind: labRunKindSchema, passed: z.boolean(), sentence: z.string() })),
  /**
   * One sentence each, about limits of the lab and unusual results (for example batch norm statistics that are not
   * warmed up, or leaks).
   */
  notes: z.array(z.string()),
  /**
   * Present if the sound recipe does not reach what the images can give: only a collapse can then be judged, not whether
   * a recipe falls short.
   */
  collapseOnly: z.literal(true).optional(),
  /** Rules of the faults found by reading that the lab could not train, or not in full; absent if there are none. */
  untrained: z.array(z.string()).optional(),
  /** Present if the lab trained a part of what each of these faults is about. */
  untrainedInPart: z.literal(true).optional(),
  /** Ids of choices in which the user's recipe differs and that the lab did not train, or not as far; absent if none. */
  untried: z.array(z.string()).optional(),
  runs: z.array(labRunSchema),
});
export type LabResult = z.infer<typeof labResultSchema>;
