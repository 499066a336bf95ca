/** The decisions of other reviewers of the same images, and how far they agree with the user's own. */
import { z } from 'zod';
import { reviewerSchema, reviewVerdictSchema } from './review';

/** Stored as the queue of a decision that settles a disagreement. */
export const DISAGREEMENTS = 'disagreements';

/**
 * The user's decisions are compared as they were made alone: a decision that settles a disagreement does not count
 * here. "Unsure" is no decision.
 */
export const agreementSchema = z.object({
  reviewer: reviewerSchema,
  /** Last import, in ms since 1970. */
  at: z.number(),
  /** Decisions of the reviewer on images that exist and have not changed, and all others. */
  decisions: z.int(),
  stale: z.int(),
  /** Images that both decided, and those of them with the same decision and the same label. */
  both: z.int(),
  agreed: z.int(),
  /** Images on which both have an entry, but at least one of them is "unsure". */
  unsure: z.int(),
  /**
   * Cohen's κ with its 95 % interval. The categories are keep, exclude, and one for each new label. Null: fewer than
   * `MIN_COMPARED` images, or not defined because both made a single decision.
   */
  kappa: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** How often the user decided `mine` where the reviewer decided `theirs`; pairs without images are absent. */
  table: z.array(
    z.object({ mine: reviewVerdictSchema, theirs: reviewVerdictSchema, images: z.int(), agreed: z.int() }),
  ),
  /** Disagreements that the user has not settled. */
  open: z.int(),
});
export type Agreement = z.infer<typeof agreementSchema>;
