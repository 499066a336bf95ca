/** Questions for files. The server asks them in the page of a browser; in Electron, the system shows a dialog. */
import { z } from 'zod';

export const promptKindSchema = z.enum(['file', 'folder', 'new-folder']);
export type PromptKind = z.infer<typeof promptKindSchema>;

const promptIdSchema = z.string().regex(/^[0-9a-f]{32}$/);

export const promptSchema = z.object({
  prompt: promptIdSchema,
  kind: promptKindSchema,
  title: z.string(),
  button: z.string(),
  /** Extensions of the files to choose from, without the dot; empty: any file. */
  extensions: z.array(z.string()),
  /** Address to which a file of the user's own computer is sent; null where the question is for a folder. */
  upload: z.string().nullable(),
  /** Largest upload in bytes. */
  uploadLimit: z.int(),
});
export type Prompt = z.infer<typeof promptSchema>;

export const browseSchema = z.object({
  prompt: promptIdSchema,
  folder: z.int().nullable(),
  create: z.string().max(200).optional(),
});

export const promptAnswerSchema = z.object({ prompt: promptIdSchema, chosen: z.int().nullable() });

export const downloadSchema = z.object({ address: z.string(), name: z.string() });

/** The folders and files of one folder of the server. The page knows them only by numbers, which hold until the next listing. */
export const listingSchema = z.object({
  /** Name of the listed folder, for display; null: the list of the permitted folders. */
  place: z.string().nullable(),
  /** Number of the listed folder itself; null where it cannot be chosen. */
  here: z.int().nullable(),
  /** Number of the folder above; null: the list of the permitted folders. Absent at that list. */
  above: z.int().nullable().optional(),
  entries: z.array(z.object({ id: z.int(), name: z.string(), folder: z.boolean(), bytes: z.number().nullable() })),
  /** Number of entries that were left out because there are too many. */
  left: z.int(),
});
export type PromptListing = z.infer<typeof listingSchema>;
