/**
 * One image: its identity, and its measures or why it could not be read. Paths are relative to the data set's root and
 * `/`-separated; bytes that are not valid UTF-8 are written `\xNN`.
 */
import { z } from 'zod';
import { remarksSchema } from './remarks';

export const imageIdSchema = z.int().nonnegative();
export const imageIdsSchema = z.array(imageIdSchema).min(1).max(100_000);

/** Why a file has a row but no pixels. A closed list, so that tests and users can rely on it. */
export const unreadableCodeSchema = z.enum([
  'empty-file',
  'not-an-image',
  'unsupported-format',
  'corrupt',
  'truncated',
  'too-many-pixels',
  'too-many-bands',
  'permission-denied',
  'vanished',
  'broken-link',
  'link-loop',
  'io-error',
]);
export type UnreadableCode = z.infer<typeof unreadableCodeSchema>;

export const unreadableSchema = z.object({ code: unreadableCodeSchema, reason: z.string() });
export type Unreadable = z.infer<typeof unreadableSchema>;

/**
 * Format of the content, detected from the bytes and not from the name: an `id` of the table in core/images/formats.ts.
 * Not a closed list here, because that table is the only list of formats.
 */
export const imageFormatSchema = z.string().min(1).max(20);
export type ImageFormat = z.infer<typeof imageFormatSchema>;

/** A fault in a PNG file for which some loaders refuse the whole file and others do not, and the chunk that has it. */
export const pngFaultSchema = z.object({
  /**
   * Wrong checksum, too short, more than 1 MB when inflated, unknown compression: Pillow refuses the file. `end`: the
   * end mark is missing or damaged, and TensorFlow refuses it.
   */
  kind: z.enum(['checksum', 'short', 'size', 'method', 'end']),
  chunk: z.string().length(4),
});
export type PngFault = z.infer<typeof pngFaultSchema>;

/** What is measured when an image is decoded. Channel values and luminance are from 0 to 255, shares from 0 to 1. */
export const imageFactsSchema = z.object({
  format: imageFormatSchema,
  /** True size in pixels after EXIF orientation. */
  width: z.int().positive(),
  height: z.int().positive(),
  channels: z.int().min(1).max(5),
  /** Bits per channel in the file. */
  depth: z.int().positive(),
  pages: z.int().positive(),
  /** EXIF orientation, 1–8. */
  orientation: z.int().min(1).max(8),
  /** Colour space of the file as libvips names it: srgb, b-w, cmyk, rgb16, grey16, lab… */
  colourSpace: z.string(),
  hasAlpha: z.boolean(),
  hasIcc: z.boolean(),
  /** EXIF make and model; null where there is none. */
  camera: z.string().nullable(),
  /**
   * Of a file whose samples were scaled to 8 bits: smallest and largest value, and the values that became black and
   * white; null for all other files.
   */
  values: z.object({ min: z.number(), max: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** Null where no loader refuses the file because of its chunks. */
  pngFault: pngFaultSchema.nullable(),
  /** Mean and standard deviation of R, G, B over pixels. */
  mean: z.tuple([z.number(), z.number(), z.number()]),
  std: z.tuple([z.number(), z.number(), z.number()]),
  /** Mean R, G, B of the 2-px border of the picture area in the probe raster. */
  border: z.tuple([z.number(), z.number(), z.number()]),
  /** Percentiles 1, 5, 50, 95, 99 of luminance. */
  luminance: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]),
  /** Shannon entropy of the luminance histogram, bits, 0–8. */
  entropy: z.number(),
  /** Variance of the Laplacian of luminance. */
  laplacianVariance: z.number(),
  /** Share of pixels on an edge. */
  edgeShare: z.number(),
  /** Colourfulness (Hasler & Süsstrunk 2003). */
  colourfulness: z.number(),
  /** 64-bit DCT hash, 16 hex digits. */
  pHash: z.string().length(16),
  /** 64-bit difference hash, 16 hex digits. */
  dHash: z.string().length(16),
  /** SHA-256, in hex, of the decoded pixels at index size and of the true size. */
  pixelHash: z.string().length(64),
});
export type ImageFacts = z.infer<typeof imageFactsSchema>;

/** One file of the data set: its identity, and its measures or why it could not be measured. */
export const imageRecordSchema = z.object({
  id: imageIdSchema,
  path: z.string(),
  /** The name that the user gave to the image's own class, else that class. */
  className: z.string(),
  /** The class in the user's folder or table. */
  ownClass: z.string(),
  split: z.string().nullable(),
  bytes: z.int().nonnegative(),
  modified: z.number(),
  /** Lower case, without the dot; '' where the name has none. */
  extension: z.string(),
  /** SHA-256 of the file's bytes, hex; null where they could not be read. */
  sha256: z.string().length(64).nullable(),
  facts: imageFactsSchema.nullable(),
  unreadable: unreadableSchema.nullable(),
});
export type ImageRecord = z.infer<typeof imageRecordSchema>;

/** What a file says about its picture beside the pixels; read from the file when it is asked. */
export const imageMetadataSchema = z.object({
  /** `unread`: this format has none, or none that is read here. */
  exif: z.enum(['read', 'none', 'damaged', 'unread']),
  /** When the picture was taken, as the camera's clock said: "2024-05-01 12:30:00". */
  taken: z.string().nullable(),
  /** Whether the file says where it was taken (GPS). */
  position: z.boolean(),
  /** The name of the embedded colour profile; null where there is none or it has no name. */
  profile: z.string().nullable(),
});
export type ImageMetadata = z.infer<typeof imageMetadataSchema>;

/** What a gallery tile shows. */
export const imageCardSchema = z.object({
  id: imageIdSchema,
  path: z.string(),
  className: z.string(),
  split: z.string().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  unreadable: unreadableSchema.nullable(),
  /** The value of this image in a finding; null outside of a finding. */
  value: z.number().nullable(),
  /** Absent where the image has neither tags nor a note. A long note is cut to its first 200 characters. */
  remarks: remarksSchema.optional(),
});
export type ImageCard = z.infer<typeof imageCardSchema>;
