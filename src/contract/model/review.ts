/** What a user decided about single images, and how far the review of a queue has come. */
import { z } from 'zod';
import { estimateSchema } from './diagnosis';
import { imageCardSchema, imageIdSchema } from './image';

/**
 * `keep`: the label is right. `relabel`: it should be another. `exclude`: the image goes. `unsure`: seen, not settled.
 */
export const reviewVerdictSchema = z.enum(['keep', 'relabel', 'exclude', 'unsure']);
export type ReviewVerdict = z.infer<typeof reviewVerdictSchema>;

/** `clear` takes the decision on an image back without undoing what was done after it. */
export const actKindSchema = z.enum([...reviewVerdictSchema.options, 'clear']);
export type ActKind = z.infer<typeof actKindSchema>;

/** A class name as a user may type it: neither blank nor with control characters. */
export const labelSchema = z
  .string()
  .min(1)
  .max(500)
  .regex(/^(?!\s)[^\p{Cc}]+(?<!\s)$/u);

export const actSchema = z
  .object({
    image: imageIdSchema,
    kind: actKindSchema,
    /** The right class; for `relabel` only. */
    label: labelSchema.nullable(),
  })
  .refine(
    (act) => (act.kind === 'relabel') === (act.label !== null),
    'a relabel names the right class, other acts name none',
  );
export type Act = z.infer<typeof actSchema>;

/** The decision that holds for an image now. */
export const decisionSchema = z.object({
  verdict: reviewVerdictSchema,
  /** The final label: the given one for `keep`, the new one for `relabel`; null otherwise. */
  label: z.string().nullable(),
  /** Key of the finding that was under review; null for a decision made elsewhere. */
  queue: z.string().nullable(),
  note: z.string().nullable(),
  at: z.number(),
});
export type Decision = z.infer<typeof decisionSchema>;

export const reviewItemSchema = z.object({
  card: imageCardSchema,
  /** The class that the probes hold likelier; null where none was run or it agrees. */
  suggested: z.string().nullable(),
  decision: decisionSchema.nullable(),
});
export type ReviewItem = z.infer<typeof reviewItemSchema>;

/** What undo and redo have left to do, and what holds now. */
export const reviewStateSchema = z.object({
  decisions: z.int(),
  perVerdict: z.object({ keep: z.int(), relabel: z.int(), exclude: z.int(), unsure: z.int() }),
  /** Decisions on images that are gone, or have another content or label than when they were decided. */
  stale: z.int(),
  undoable: z.boolean(),
  redoable: z.boolean(),
});
export type ReviewState = z.infer<typeof reviewStateSchema>;

export const reviewStatsSchema = z.object({
  /** Images in the queue; of them decided (`unsure` counts), and left. */
  total: z.int(),
  decided: z.int(),
  left: z.int(),
  /** Decided ones besides, that the last audit no longer flags. */
  earlier: z.int(),
  /** Duplicate groups in the queue, and those where nothing is left to decide; null where it has none. */
  groups: z.object({ total: z.int(), settled: z.int() }).nullable(),
  /** Flags found true (relabelled or excluded) and false (kept). */
  confirmed: z.int(),
  rejected: z.int(),
  unsure: z.int(),
  /** Decisions a minute without pauses, and minutes that the rest takes at that rate; null before there are enough. */
  perMinute: z.number().nullable(),
  minutesLeft: z.number().nullable(),
  /** Share of reviewed flags that were true, with its 95 % Wilson interval; null before the first. */
  precision: estimateSchema.nullable(),
  /** The same among the least suspicious of the reviewed: what the next ones will be like. */
  recent: estimateSchema.extend({ of: z.int() }).nullable(),
  /** Wrong labels still expected among flags that were not looked at; null before it can be said. */
  errorsLeft: estimateSchema.nullable(),
  advice: z.object({ stop: z.boolean(), sentence: z.string() }),
});
export type ReviewStats = z.infer<typeof reviewStatsSchema>;

export const decisionsFormatSchema = z.enum(['csv', 'json']);
export type DecisionsFormat = z.infer<typeof decisionsFormatSchema>;

export const reviewImportSchema = z.object({
  applied: z.int(),
  /** Decisions that were so already. */
  unchanged: z.int(),
  /** What could not be taken over, at most 100 of each, with how many there were. */
  unmatched: z.object({ count: z.int(), paths: z.array(z.string()) }),
  /** Labels that are no class of this data set: taken over only when asked for. */
  newClasses: z.array(z.string()),
  problems: z.object({ count: z.int(), sentences: z.array(z.string()) }),
});
export type ReviewImport = z.infer<typeof reviewImportSchema>;

/**
 * What keeping one per duplicate group did: groups settled, images excluded, and groups left to a person for their
 * different labels.
 */
export const keptOnesSchema = z.object({ groups: z.int(), excluded: z.int(), left: z.int() });
export type KeptOnes = z.infer<typeof keptOnesSchema>;
