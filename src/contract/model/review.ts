/** The user's decisions on single images, and the progress of the review of a queue. */
import { z } from 'zod';
import { estimateSchema } from './diagnosis';
import { imageCardSchema, imageIdSchema } from './image';

/**
 * `keep`: the label is right. `relabel`: another label is right. `exclude`: the image is left out. `unsure`: looked at,
 * but not decided.
 */
export const reviewVerdictSchema = z.enum(['keep', 'relabel', 'exclude', 'unsure']);
export type ReviewVerdict = z.infer<typeof reviewVerdictSchema>;

/**
 * `clear` removes the decision on an image, but does not undo later decisions. `move` is a relabel to a class that the
 * user makes: the image counts as an image of this class everywhere, not only in the export. If the class is one of the
 * folder, it is an ordinary relabel.
 */
export const actKindSchema = z.enum([...reviewVerdictSchema.options, 'clear', 'move']);
export type ActKind = z.infer<typeof actKindSchema>;

/** A class name as a user may type it: not blank, without control characters, and without blanks at either end. */
export const labelSchema = z
  .string()
  .min(1)
  .max(500)
  .regex(/^(?!\s)[^\p{Cc}]+(?<!\s)$/u);

export const actSchema = z
  .object({
    image: imageIdSchema,
    kind: actKindSchema,
    /** The right class; for `relabel` and `move` only. */
    label: labelSchema.nullable(),
  })
  .refine(
    (act) => (act.kind === 'relabel' || act.kind === 'move') === (act.label !== null),
    'a relabel names the right class, other acts name none',
  );
export type Act = z.infer<typeof actSchema>;

/** Where decisions were made: a view of the window, a part of one, or a file. */
export const actSourceSchema = z.enum(['review', 'images', 'labels', 'confusion', 'map', 'findings', 'import']);
export type ActSource = z.infer<typeof actSourceSchema>;

/** The decision that currently applies to an image. */
export const decisionSchema = z.object({
  verdict: reviewVerdictSchema,
  /** The final label: the given one for `keep`, the new one for `relabel`; null otherwise. */
  label: z.string().nullable(),
  /** Key of the finding that was under review; null for a decision made outside of a review. */
  queue: z.string().nullable(),
  note: z.string().nullable(),
  at: z.number(),
});
export type Decision = z.infer<typeof decisionSchema>;

/** The name under which the decisions of another person are kept. */
export const reviewerSchema = labelSchema.max(100);

/** What another reviewer decided about an image. `label`: the final one; null for `exclude` and `unsure`. */
export const otherDecisionSchema = decisionSchema
  .pick({ verdict: true, label: true })
  .extend({ reviewer: reviewerSchema });
export type OtherDecision = z.infer<typeof otherDecisionSchema>;

export const reviewItemSchema = z.object({
  card: imageCardSchema,
  /**
   * The class that the probes consider more likely than the label; null where no probe was run or the probes agree with
   * the label.
   */
  suggested: z.string().nullable(),
  decision: decisionSchema.nullable(),
  /**
   * With `filter.disagreements` only: what other reviewers decided. In other queues it is not told, so that the user's
   * decisions stay independent.
   */
  others: z.array(otherDecisionSchema).optional(),
});
export type ReviewItem = z.infer<typeof reviewItemSchema>;

/** A class of the user's folder or table that has another name now. Classes with one name are one class. */
export const renamedClassSchema = z.object({ own: z.string(), name: z.string(), images: z.int() });
export type RenamedClass = z.infer<typeof renamedClassSchema>;

/** Whether there is something to undo or redo, and the decisions that currently apply. */
export const reviewStateSchema = z.object({
  decisions: z.int(),
  perVerdict: z.object({ keep: z.int(), relabel: z.int(), exclude: z.int(), unsure: z.int() }),
  /** Decisions on images that no longer exist, or whose content or label has changed since. */
  stale: z.int(),
  undoable: z.boolean(),
  /** When the step that undo would take back was made; null if there is none. */
  undoableAt: z.number().nullable(),
  redoable: z.boolean(),
  /** In code-point order of the own classes. */
  classes: z.array(renamedClassSchema),
});
export type ReviewState = z.infer<typeof reviewStateSchema>;

/** One action of the user: its decisions on images and on classes. */
export const reviewStepSchema = z.object({
  batch: z.int(),
  at: z.number(),
  undone: z.boolean(),
  /** Number of images. */
  images: z.int(),
  /** How many decisions of each kind; kinds without any are absent. */
  kinds: z.array(
    z.object({ kind: z.enum([...actKindSchema.options, 'tag', 'untag', 'note', 'class', 'rename']), count: z.int() }),
  ),
  /** The new name or the tag, if all of its decisions give the same one; the note, if it is the only one. */
  label: z.string().nullable(),
  /** Path of its only image; null if there are several or none. */
  path: z.string().nullable(),
  note: z.string().nullable(),
  /** Null where it is not known. */
  source: actSourceSchema.nullable(),
});
export type ReviewStep = z.infer<typeof reviewStepSchema>;

export const reviewStatsSchema = z.object({
  /** Number of images in the queue, of decided ones among them (`unsure` counts), and of those left. */
  total: z.int(),
  decided: z.int(),
  left: z.int(),
  /** Number of further decided images, which the last audit no longer flags. */
  earlier: z.int(),
  /**
   * Number of duplicate groups in the queue, and of those where nothing is left to decide; null where the queue has no
   * groups.
   */
  groups: z.object({ total: z.int(), settled: z.int() }).nullable(),
  /** Flags that were right (relabelled or excluded) and wrong (kept). */
  confirmed: z.int(),
  rejected: z.int(),
  unsure: z.int(),
  /**
   * Decisions per minute, without pauses, and the minutes that the remaining ones take at that rate; null before there
   * are enough decisions.
   */
  perMinute: z.number().nullable(),
  minutesLeft: z.number().nullable(),
  /** Share of reviewed flags that were right, with its 95 % Wilson interval; null before the first one. */
  precision: estimateSchema.nullable(),
  /** The same share among the least suspicious of the reviewed images: an estimate for the next ones. */
  recent: estimateSchema.extend({ of: z.int() }).nullable(),
  /** Expected number of wrong labels among the flags that have not been reviewed; null while it cannot be estimated. */
  errorsLeft: estimateSchema.nullable(),
  advice: z.object({ stop: z.boolean(), sentence: z.string() }),
});
export type ReviewStats = z.infer<typeof reviewStatsSchema>;

export const decisionsFormatSchema = z.enum(['csv', 'json']);
export type DecisionsFormat = z.infer<typeof decisionsFormatSchema>;

export const reviewImportSchema = z.object({
  /** Decisions on images. */
  applied: z.int(),
  /** Classes that got another name. */
  classes: z.int(),
  /** Images that got tags or a note, and those among them whose own note was replaced. */
  remarks: z.object({ images: z.int(), replaced: z.int() }),
  /** Decisions on images that had already been made in the same way. */
  unchanged: z.int(),
  /** Rows that could not be imported: how many there were, and at most 100 of them. */
  unmatched: z.object({ count: z.int(), paths: z.array(z.string()) }),
  /** Labels that are not yet a class of this data set. They are imported only on request. */
  newClasses: z.array(z.string()),
  problems: z.object({ count: z.int(), sentences: z.array(z.string()) }),
  /** Sentences on words, labels and paths that were not read literally. */
  notes: z.array(z.string()),
});
export type ReviewImport = z.infer<typeof reviewImportSchema>;

/**
 * What was done by keeping one image of each duplicate group: groups settled, images excluded, and groups left to the
 * user because their labels differ.
 */
export const keptOnesSchema = z.object({ groups: z.int(), excluded: z.int(), left: z.int() });
export type KeptOnes = z.infer<typeof keptOnesSchema>;
