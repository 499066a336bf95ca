/** What an export contains, before and after it is written. */
import { z } from 'zod';
import { checkIdSchema } from './finding';
import { unreadableCodeSchema } from './image';

/**
 * How files get into the export. Links need no disk space. A hard link needs source and export on the same disk; a
 * symbolic link works only as long as the source stays where it is.
 */
export const exportModeSchema = z.enum(['copy', 'hardlink', 'symlink']);
export type ExportMode = z.infer<typeof exportModeSchema>;

/** A folder name for a split that is valid on every system. */
export const splitNameSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/);

export const splitPlanSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('new'),
    shares: z
      .array(z.object({ name: splitNameSchema, share: z.number().positive() }))
      .min(1)
      .max(10),
    seed: z.string().max(200),
  }),
  /** Existing splits are kept. Images that leak between splits are moved to the split `home`. */
  z.object({ kind: z.literal('mended'), home: splitNameSchema }),
]);

export const exportOptionsSchema = z.object({
  split: splitPlanSchema,
  mode: exportModeSchema,
  /**
   * Checks whose images are left out. The registry in core says which checks can be left out, and which of their
   * images.
   */
  drop: z.array(checkIdSchema),
  /**
   * Convert images that loaders read wrongly (CMYK, 16 bit, rotated by EXIF, alpha, animated, formats that Keras skips)
   * to plain sRGB.
   */
  convert: z.boolean(),
  /** Also write a metadata.jsonl with a label column in each split, as Hugging Face's imagefolder reads it. */
  huggingFace: z.boolean(),
});
export type ExportOptions = z.infer<typeof exportOptionsSchema>;

/** Why an image is not exported: excluded in review, unreadable (null: never measured), or found by a check. */
export const dropReasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('excluded') }),
  z.object({ kind: z.literal('unreadable'), code: unreadableCodeSchema.nullable() }),
  z.object({ kind: z.literal('check'), check: checkIdSchema }),
]);
export type DropReason = z.infer<typeof dropReasonSchema>;

export const exportPlanSchema = z.object({
  images: z.int(),
  /** Total size of the source files. Links do not use this space. */
  bytes: z.number(),
  splits: z.array(z.string()),
  table: z.array(z.object({ className: z.string(), folder: z.string(), counts: z.array(z.int()) })),
  relabelled: z.int(),
  converted: z.int(),
  /** Images that are moved to another split to repair leaks. */
  moved: z.int(),
  /** Images that are not exported, by reason, most frequent first. */
  dropped: z.array(z.object({ reason: dropReasonSchema, count: z.int() })),
  /**
   * What the audit flags, but is neither reviewed nor left out: suspicious labels (counted in images) and duplicates
   * (counted in groups).
   */
  unreviewed: z.array(
    z.object({
      check: checkIdSchema,
      count: z.int().positive(),
    }),
  ),
  notices: z.array(z.string()),
  /** Why it cannot be written with these options; empty when it can. */
  problems: z.array(z.string()),
});
export type ExportPlanSummary = z.infer<typeof exportPlanSchema>;

/** Represents a folder that the user chose in a dialog or on the command line. A window never sends a path. */
export const exportTargetSchema = z.string().regex(/^[0-9a-f]{32}$/);

export const exportResultSchema = exportPlanSchema.extend({
  /** For display only. */
  folder: z.string(),
  /** What was really done: links are replaced by copies where the file system does not support them. */
  mode: exportModeSchema,
  seconds: z.number(),
});
export type ExportResult = z.infer<typeof exportResultSchema>;
