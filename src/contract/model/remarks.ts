/** What the user wrote on single images: tags and a note. They change neither labels nor what an export contains. */
import { z } from 'zod';

export const MOST_TAG_CHARACTERS = 100;
export const MOST_NOTE_CHARACTERS = 10_000;

/** A tag as a user may type it. Commas and semicolons separate tags in a table, so no tag contains them. */
export const tagSchema = z
  .string()
  .min(1)
  .max(MOST_TAG_CHARACTERS)
  .regex(/^(?!\s)[^\p{Cc},;]+(?<!\s)$/u);

/** At least one tag or a note. */
export const remarksSchema = z.object({
  /** In code-point order, each once. */
  tags: z.array(tagSchema),
  /** Null if there is none. */
  note: z.string().nullable(),
});
export type Remarks = z.infer<typeof remarksSchema>;

/**
 * A change of the remarks on images. Tags and note are checked by the engine, so that the user gets a sentence that
 * names the limit.
 */
export const remarksChangeSchema = z.object({
  add: z.array(z.string()).max(1000).optional(),
  remove: z.array(z.string()).max(1000).optional(),
  /** Replaces the note; a blank one removes it. */
  note: z.string().optional(),
});
export type RemarksChange = z.infer<typeof remarksChangeSchema>;

export const remarkSchema = z.object({
  images: z.array(z.int().nonnegative()).min(1).max(100_000),
  change: remarksChangeSchema,
});

export const remarksSummarySchema = z.object({
  /** The tags in use, in code-point order, each with its number of images. */
  tags: z.array(z.object({ tag: tagSchema, images: z.int() })),
  /** Number of images that have a note. */
  notes: z.int(),
});
export type RemarksSummary = z.infer<typeof remarksSummarySchema>;
