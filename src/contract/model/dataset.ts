/** A data set as a whole: how its folder is read, its classes, splits and statistics. */
import { z } from 'zod';
import { histogramSchema } from './finding';
import { imageFormatSchema, unreadableCodeSchema } from './image';

export const datasetIdSchema = z.string().regex(/^[0-9a-f]{16}$/);
export type DatasetId = z.infer<typeof datasetIdSchema>;

/** How a folder is read: classes from folders, splits and classes from folders, or labels from a table. */
export const layoutKindSchema = z.enum(['class-folders', 'split-class-folders', 'table']);
export type LayoutKind = z.infer<typeof layoutKindSchema>;

export const layoutSchema = z.object({
  kind: layoutKindSchema,
  /** One sentence for the user: "Read as split/class folders: train, val, test × 10 classes". */
  sentence: z.string(),
  /** Path of the label table relative to the root; only for `table`. */
  table: z.string().nullable(),
});
export type Layout = z.infer<typeof layoutSchema>;

export const classCountSchema = z.object({
  name: z.string(),
  count: z.int(),
  unreadable: z.int(),
  /** In the same order as the summary's splits. */
  perSplit: z.array(z.int()),
});
export type ClassCount = z.infer<typeof classCountSchema>;

/** Why the scan skipped a file or a folder. */
export const skipReasonSchema = z.enum([
  'hidden',
  'system-file',
  'other-type',
  'no-label',
  'file-forbidden',
  'folder-forbidden',
  'broken-link',
  'link-loop',
  'folder-link-loop',
  'nested-folder-links',
  'special-file',
]);
export const skippedSchema = z.object({
  reason: skipReasonSchema,
  /**
   * For a system file its name, for a file of another type its extension ("" without one), for an image without a label
   * its top folder ("" for an image outside of folders); "" for all other reasons.
   */
  name: z.string(),
});
export type Skipped = z.infer<typeof skippedSchema>;

export const datasetSummarySchema = z.object({
  id: datasetIdSchema,
  name: z.string(),
  /** For display only. The app never opens a path that it gets from a window. */
  root: z.string(),
  layout: layoutSchema,
  /** All readings that fit the folder, the detected one first. */
  layouts: z.array(layoutSchema),
  images: z.int(),
  unreadable: z.int(),
  unreadableReasons: z.array(z.object({ code: unreadableCodeSchema, count: z.int() })),
  /** What the scan skipped, by reason and name, most frequent first. */
  skipped: z.array(skippedSchema.extend({ count: z.int() })),
  /** Sorted by name in code-point order. Class folders without images are listed with count 0. */
  classes: z.array(classCountSchema),
  splits: z.array(z.object({ name: z.string(), count: z.int(), classes: z.int() })),
  formats: z.array(z.object({ name: imageFormatSchema, count: z.int() })),
  /** Share of the largest class among readable images, 0–1; null without images. */
  majorityShare: z.number().nullable(),
  /** Count of the largest class divided by that of the smallest non-empty class; null without images. */
  imbalanceRatio: z.number().nullable(),
  /** exp of the entropy of the class shares, from 1 to the number of classes. */
  effectiveClasses: z.number().nullable(),
  histograms: z.array(histogramSchema),
  bytes: z.int(),
  indexedAt: z.number().nullable(),
  /** True when the last index run was interrupted and can continue. */
  incomplete: z.boolean(),
  /** A sentence for a data set with deliberate errors (the demo); otherwise null. */
  note: z.string().nullable(),
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

export const recentSchema = z.object({
  id: datasetIdSchema,
  name: z.string(),
  root: z.string(),
  images: z.int(),
  classes: z.int(),
  openedAt: z.number(),
  /** False when the folder does not exist any more. */
  exists: z.boolean(),
});
export type Recent = z.infer<typeof recentSchema>;
