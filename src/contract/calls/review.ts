/** Decisions, tags and notes of the user and of other reviewers. */
import { z } from 'zod';
import { call, nothing, ofDataset, ofGroup, pageParams } from '../entry';
import { agreementSchema } from '../model/agreement';
import { imageIdSchema } from '../model/image';
import { imageFilterSchema } from '../model/queries';
import { remarkSchema, remarksSchema, remarksSummarySchema } from '../model/remarks';
import {
  actSchema,
  actSourceSchema,
  decisionSchema,
  decisionsFormatSchema,
  keptOnesSchema,
  reviewImportSchema,
  reviewItemSchema,
  reviewStateSchema,
  reviewStatsSchema,
  reviewStepSchema,
  reviewerSchema,
} from '../model/review';

export const reviewCalls = {
  /**
   * Images of a finding (`filter.finding`, worst first) or of any other filter (in path order), with the decisions on
   * them.
   */
  'review.queue': call(
    ofDataset.extend(pageParams.shape).extend({ filter: imageFilterSchema, undecidedOnly: z.boolean() }),
    z.object({ total: z.int(), items: z.array(reviewItemSchema) }),
  ),
  'review.stats': call(ofDataset.extend({ filter: imageFilterSchema }), reviewStatsSchema),
  'review.state': call(ofDataset, reviewStateSchema),
  /** The decisions on these images. Images without a decision are absent. */
  'review.decisions': call(
    ofDataset.extend({ images: z.array(imageIdSchema).max(10_000) }),
    z.array(z.object({ image: imageIdSchema, decision: decisionSchema })),
  ),
  /**
   * One action of the user on any number of images; a single undo reverts all of it. `queue`: key of the finding under
   * review. `batch`: for `review.undo`.
   */
  'review.act': call(
    ofDataset.extend({
      acts: z.array(actSchema).min(1).max(100_000),
      queue: z.string().nullable(),
      note: z.string().max(1000).nullable(),
      source: actSourceSchema.optional(),
    }),
    z.object({ acts: z.int(), batch: z.int() }),
  ),
  /**
   * Excludes all images but one of each group of a duplicate finding. The one kept is a chosen keeper, otherwise the
   * largest image with the most common label of the group.
   */
  'review.keepOnePerGroup': call(
    ofDataset.extend({ finding: z.string(), keepers: z.array(imageIdSchema) }),
    keptOnesSchema,
  ),
  /**
   * Excludes all images but one of one group of a duplicate finding, as one undoable step. If that one was excluded, it
   * is brought back. `acts`: number of images that changed (errors: not-found).
   */
  'review.keepOnly': call(
    ofDataset.extend(ofGroup.shape).extend({ image: imageIdSchema }),
    z.object({ acts: z.int() }),
  ),
  /**
   * Gives classes a name, as one undoable step. Classes with the same name are one class from now on. The user's folder
   * is not changed. `images`: number of images whose class changes; `batch`: for `review.undo`; null where nothing
   * changes (errors: not-found for a class that does not exist, bad-request for a name that is not valid).
   */
  'review.renameClasses': call(
    ofDataset.extend({ from: z.array(z.string()).min(1).max(100_000), to: z.string().min(1).max(500) }),
    z.object({ images: z.int(), batch: z.int().nullable() }),
  ),
  /**
   * Gives the numbered classes the names that a file of the folder has for them (`reading.classNames`), as one undoable
   * step. Two numbers with the same name keep their numbers (errors: not-found if no file names the classes).
   */
  'review.nameClasses': call(ofDataset, z.object({ classes: z.int(), batch: z.int().nullable() })),
  /** Gives classes of the user's folder or table their own names back, as one undoable step. */
  'review.restoreClasses': call(
    ofDataset.extend({ own: z.array(z.string()).min(1).max(100_000) }),
    z.object({ images: z.int() }),
  ),
  /**
   * Changes the tags and the note of images, as one undoable step. `images`: number of images that changed (errors:
   * bad-request for a tag or a note that is not valid).
   */
  'review.remark': call(ofDataset.extend(remarkSchema.shape), z.object({ images: z.int() })),
  /** The tags and notes of these images. Images that have neither are absent. */
  'review.remarks': call(
    ofDataset.extend({ images: z.array(imageIdSchema).max(10_000) }),
    z.array(z.object({ image: imageIdSchema, remarks: remarksSchema })),
  ),
  /** The tags in use, and how many images have a note. */
  'review.remarksSummary': call(ofDataset, remarksSummarySchema),
  /**
   * Undo and redo return the images that changed; an empty list where there is nothing to undo or redo. With `batch`:
   * nothing is undone if something else was decided since.
   */
  'review.undo': call(ofDataset.extend({ batch: z.int().optional() }), z.object({ images: z.array(imageIdSchema) })),
  /** The last steps, the newest first, with those that were undone. */
  'review.history': call(
    ofDataset.extend({ limit: z.int().min(1).max(1000) }),
    z.object({ steps: z.array(reviewStepSchema), more: z.boolean() }),
  ),
  'review.redo': call(ofDataset, z.object({ images: z.array(imageIdSchema) })),
  'review.export': call(ofDataset.extend({ format: decisionsFormatSchema }), z.object({ text: z.string() })),
  'review.import': call(
    ofDataset.extend({
      text: z.string().max(200_000_000),
      format: decisionsFormatSchema,
      newClasses: z.boolean(),
      /**
       * Whose decisions these are; absent for the user's own. They are kept apart from the user's own decisions and
       * replace what was imported under this name before. `newClasses` does not matter then.
       */
      reviewer: reviewerSchema.optional(),
    }),
    reviewImportSchema,
  ),
  /**
   * How far each reviewer whose decisions were imported agrees with the user, in the order of the names. `open`: images
   * with a disagreement that is not settled.
   */
  'review.agreement': call(ofDataset, z.object({ reviewers: z.array(agreementSchema), open: z.int() })),
  /** Deletes the decisions of a reviewer (errors: not-found). */
  'review.forgetReviewer': call(ofDataset.extend({ reviewer: reviewerSchema }), nothing),
  /**
   * Brings back what `review.forgetReviewer` deleted since the engine started. `restored` is false if decisions were
   * imported under that name since, or if the engine was restarted.
   */
  'review.restoreReviewer': call(ofDataset.extend({ reviewer: reviewerSchema }), z.object({ restored: z.boolean() })),
} as const;
