/** Where the images of a data set come from if they were unpacked from archives, arrays or tables. */
import { z } from 'zod';

export const unpackNoteCodeSchema = z.enum([
  /** Entries of an archive whose path leads out of the folder. */
  'outside',
  /** Links and other entries that are not files. */
  'not-a-file',
  /** Files whose checksum is wrong. */
  'damaged',
  /** Files with the same path as an earlier one. */
  'repeated',
  /** Archives of several that cannot be unpacked, or only in part. `detail`: why, as a sentence. */
  'broken',
  /** Archives inside of an archive that also contains images. */
  'nested',
  /** Files, arrays and columns that were not used. */
  'not-used',
  /** Images without a label. */
  'no-label',
  /** Rows without the bytes of an image. */
  'no-image',
  /** Arrays whose values were scaled to 8 bits. `detail`: the array and its range. */
  'scaled',
  /** Classes whose name cannot be the name of a folder. */
  'class-renamed',
  /** `detail`: the array or column with the labels. */
  'labels-from',
]);

export const unpackNoteSchema = z.object({
  code: unpackNoteCodeSchema,
  count: z.int(),
  /** An example, or what the code says. */
  detail: z.string(),
});
export type UnpackNote = z.infer<typeof unpackNoteSchema>;

export const unpackedSchema = z.object({
  /** Absolute path of the archive, or of the folder with the archives; for display only. */
  source: z.string(),
  notes: z.array(unpackNoteSchema),
});
export type Unpacked = z.infer<typeof unpackedSchema>;
