/** report.json, for scripts and CI. Within a version, fields may be added, but not removed, and their meaning stays. */
import { z } from 'zod';
import { offeredBackboneSchema } from './backbone';
import { checklistItemSchema } from './checklist';
import { labChoiceSchema, labResultSchema, labSetSchema } from './lab';
import { offeredEmbeddingSchema, pretrainedUseSchema, probeKindSchema, skillSchema } from './labels';
import { verdictKindSchema } from './diagnosis';
import { agreementSchema } from './agreement';
import { decisionSchema, reviewStateSchema } from './review';
import { remarksSchema, remarksSummarySchema } from './remarks';
import { findingSchema } from './finding';
import { runCopiesSchema } from './run-copies';
import { unpackedSchema } from './unpacked';
import { folderReadingSchema, layoutKindSchema, skippedSchema } from './dataset';
import { unreadableCodeSchema } from './image';

export const REPORT_SCHEMA = 'plumbline.report/1';

/** Paths are relative to `dataset.root`, `/`-separated. */
export const reportFindingSchema = findingSchema.omit({ thresholdId: true }).extend({
  images: z.array(z.string()),
  /** The other members of a group are copies of its first member. */
  groups: z.array(z.array(z.string())),
  /** Why the user muted it; null for a finding that is not muted. */
  muted: z.string().nullable(),
});

export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  plumbline: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  dataset: z.object({
    root: z.string(),
    /** Where the images in `root` were unpacked from; null or absent for a folder that is read itself. */
    unpacked: unpackedSchema.nullable().optional(),
    /** The run on a cluster whose copies the images are; absent for all other folders. */
    copiesOfRun: runCopiesSchema.optional(),
    layout: layoutKindSchema,
    /** The layout in one sentence. */
    readAs: z.string(),
    table: z.string().nullable(),
    /** What was taken from the folder and what was left out; absent in older reports. */
    reading: folderReadingSchema.nullable().optional(),
    /** Other likely readings of the folder, with the option for each; absent in older reports. */
    otherReadings: z.array(z.string()).optional(),
    /** Files and folders that were skipped, by reason and name; absent in older reports. */
    skipped: z.array(skippedSchema.extend({ count: z.int() })).optional(),
    /** Number of readable images. */
    images: z.int(),
    unreadable: z.int(),
    unreadableReasons: z.array(z.object({ code: unreadableCodeSchema, count: z.int() })),
    classes: z.array(z.object({ name: z.string(), count: z.int() })),
    /** `classes`: number of classes that have an image in the split. */
    splits: z.array(z.object({ name: z.string(), count: z.int(), classes: z.int() })),
    majorityShare: z.number().nullable(),
    imbalanceRatio: z.number().nullable(),
    effectiveClasses: z.number().nullable(),
  }),
  /** Worst first. */
  findings: z.array(reportFindingSchema),
  /** Null where no probe has run on the data set in its present state. */
  labels: z
    .object({
      probe: probeKindSchema,
      embedding: offeredEmbeddingSchema.optional(),
      /** The network that the user gave the probe. */
      backbone: offeredBackboneSchema.optional(),
      /** Whether the instant probe used the built-in pretrained network; absent for other probes and in older reports. */
      pretrained: pretrainedUseSchema.optional(),
      seconds: z.number(),
      skill: skillSchema,
      /** Why no label is reported as wrong; null where the labels were judged. */
      withheld: z.string().nullable(),
      estimate: z.object({ expected: z.number(), low: z.number(), high: z.number() }).nullable(),
      /**
       * Every judged image, in path order. `quality`: from 0 (certainly wrong) to 1. `issue`: the label
       * looks wrong. `decided`: by the user.
       */
      images: z.array(
        z.object({
          path: z.string(),
          given: z.string(),
          suggested: z.string(),
          quality: z.number(),
          issue: z.boolean(),
          decided: decisionSchema.pick({ verdict: true, label: true }).optional(),
        }),
      ),
    })
    .nullable(),
  /** What the user decided about single images and about classes; absent in older reports. */
  review: reviewStateSchema
    .pick({ decisions: true, perVerdict: true })
    .extend({
      classes: reviewStateSchema.shape.classes.optional(),
      /** Agreement with each other reviewer; absent in older reports and if there is none. */
      reviewers: z.array(agreementSchema).optional(),
    })
    .optional(),
  /**
   * The user's tags with their numbers of images, the number of notes, and each image that has tags or a note, in path
   * order; absent in older reports.
   */
  remarks: remarksSummarySchema.extend({ images: z.array(remarksSchema.extend({ path: z.string() })) }).optional(),
  /** Diagnosis of the probe's own predictions; null where no probe ran. */
  collapse: z
    .object({
      verdict: verdictKindSchema,
      sentence: z.string(),
      accuracy: z.number(),
      majorityBaseline: z.number(),
      chance: z.number(),
      balancedAccuracy: z.number(),
      perClass: z.array(
        z.object({
          name: z.string(),
          images: z.int(),
          predicted: z.int(),
          recall: z.number().nullable(),
          precision: z.number().nullable(),
        }),
      ),
    })
    .nullable(),
  /**
   * The user's own predictions, newest first. Predictions for other images or labels than the present ones are left
   * out.
   */
  predictions: z
    .array(
      z.object({
        name: z.string(),
        source: z.enum(['table', 'model']),
        images: z.int(),
        verdict: verdictKindSchema,
        sentence: z.string(),
        accuracy: z.number(),
        balancedAccuracy: z.number(),
        notes: z.array(z.string()),
      }),
    )
    .optional(),
  /** What the last lab on these images found; null where no lab has finished. */
  lab: labResultSchema
    .pick({
      outcome: true,
      sentence: true,
      chance: true,
      yardstick: true,
      sound: true,
      user: true,
      notes: true,
      untrained: true,
      untrainedInPart: true,
      untried: true,
    })
    .extend({
      finishedAt: z.string(),
      seconds: z.number(),
      runs: z.int(),
      causes: z.array(labSetSchema.pick({ choices: true, sentence: true, confirmed: true })),
      remedies: z.array(labSetSchema.pick({ choices: true, sentence: true, confirmed: true })),
      choices: z.array(
        labChoiceSchema.pick({ id: true, title: true, user: true, sound: true, line: true, role: true, cost: true }),
      ),
    })
    .nullable()
    .optional(),
  /** Data, augmentation, balance, architecture, learning rate and validation, each ok, a problem or not checked. */
  checklist: z.array(checklistItemSchema).optional(),
  /**
   * Seconds by the display text of each stage; these texts are kept as keys because existing readers of this file use
   * them.
   */
  timings: z.record(z.string(), z.number()),
});
export type Report = z.infer<typeof reportSchema>;
