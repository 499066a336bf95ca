/** Filters of the images that the user named. */
import { z } from 'zod';
import { imageFilterSchema, imageSortSchema } from './queries';

export const MOST_VIEW_NAME_CHARACTERS = 100;

/** Not blank, without control characters, and without blanks at either end. */
export const savedViewNameSchema = z
  .string()
  .min(1)
  .max(MOST_VIEW_NAME_CHARACTERS)
  .regex(/^(?!\s)[^\p{Cc}]+(?<!\s)$/u);

export const savedViewSchema = z.object({
  name: savedViewNameSchema,
  /** Without `ids`: the ids of images are not stable. */
  filter: imageFilterSchema.omit({ ids: true }),
  sort: imageSortSchema,
});
export type SavedView = z.infer<typeof savedViewSchema>;

/** The name is checked by the engine, so that the user gets a sentence. `replace`: a view with this name may exist. */
export const viewToSaveSchema = z.object({
  name: z.string(),
  filter: imageFilterSchema,
  sort: imageSortSchema,
  replace: z.boolean(),
});
