/**
 * The nouns that cross a process border. A schema here is the type: nothing is declared twice.
 * Paths are relative to the data set's root, `/`-separated; bytes that are no valid UTF-8 are written `\xNN`.
 */
import { z } from 'zod';

export const datasetIdSchema = z.string().regex(/^[0-9a-f]{16}$/);
export type DatasetId = z.infer<typeof datasetIdSchema>;

export const imageIdSchema = z.int().nonnegative();

/** How a folder is read: classes from folders, splits and classes from folders, or labels from a table. */
export const layoutKindSchema = z.enum(['class-folders', 'split-class-folders', 'table']);
export type LayoutKind = z.infer<typeof layoutKindSchema>;

export const layoutSchema = z.object({
  kind: layoutKindSchema,
  /** One sentence for the user: "Read as split/class folders: train, val, test × 10 classes". */
  sentence: z.string(),
  /** The label table, relative to the root; only for `table`. */
  table: z.string().nullable(),
});
export type Layout = z.infer<typeof layoutSchema>;

/** Why a file is a row without pixels. Closed, so that a test or a user can rely on it. */
export const unreadableCodeSchema = z.enum([
  'empty-file',
  'not-an-image',
  'unsupported-format',
  'corrupt',
  'truncated',
  'too-many-pixels',
  'permission-denied',
  'vanished',
  'broken-link',
  'link-loop',
  'io-error',
]);
export type UnreadableCode = z.infer<typeof unreadableCodeSchema>;

export const unreadableSchema = z.object({ code: unreadableCodeSchema, reason: z.string() });
export type Unreadable = z.infer<typeof unreadableSchema>;

/** Content format, told from the bytes and not from the name. */
export const imageFormatSchema = z.enum([
  'jpeg',
  'png',
  'webp',
  'gif',
  'tiff',
  'avif',
  'heif',
  'bmp',
  'ppm',
  'jp2',
  'jxl',
]);
export type ImageFormat = z.infer<typeof imageFormatSchema>;

/** What one decode tells about an image. Channel values and luminance on 0–255; shares on 0–1. */
export const imageFactsSchema = z.object({
  format: imageFormatSchema,
  /** True size in pixels after EXIF orientation. */
  width: z.int().positive(),
  height: z.int().positive(),
  channels: z.int().min(1).max(5),
  /** Bits per channel of the file. */
  depth: z.int().positive(),
  pages: z.int().positive(),
  /** EXIF orientation, 1–8. */
  orientation: z.int().min(1).max(8),
  /** libvips' interpretation of the file: srgb, b-w, cmyk, rgb16, grey16, lab… */
  colourSpace: z.string(),
  hasAlpha: z.boolean(),
  hasIcc: z.boolean(),
  /** EXIF make and model; null where there is none. */
  camera: z.string().nullable(),
  /** Mean and standard deviation of R, G, B over pixels. */
  mean: z.tuple([z.number(), z.number(), z.number()]),
  std: z.tuple([z.number(), z.number(), z.number()]),
  /** Mean R, G, B of the 2-px border of the probe raster's picture area. */
  border: z.tuple([z.number(), z.number(), z.number()]),
  /** Percentiles 1, 5, 50, 95, 99 of luminance. */
  luminance: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]),
  /** Shannon entropy of the luminance histogram, bits, 0–8. */
  entropy: z.number(),
  /** Variance of the Laplacian of luminance. */
  laplacianVariance: z.number(),
  /** Share of pixels on an edge. */
  edgeShare: z.number(),
  /** Hasler & Süsstrunk 2003. */
  colourfulness: z.number(),
  /** 64-bit DCT hash, 16 hex digits. */
  pHash: z.string().length(16),
  /** 64-bit difference hash, 16 hex digits. */
  dHash: z.string().length(16),
  /** SHA-256 of the decoded pixels (at index size) with the true size, hex. */
  pixelHash: z.string().length(64),
});
export type ImageFacts = z.infer<typeof imageFactsSchema>;

/** One file of the data set: who it is, and what was measured or why it could not be. */
export const imageRecordSchema = z.object({
  id: imageIdSchema,
  path: z.string(),
  className: z.string(),
  split: z.string().nullable(),
  bytes: z.int().nonnegative(),
  modified: z.number(),
  /** Lower case, without the dot; '' where the name has none. */
  extension: z.string(),
  /** Of the file's bytes, hex; null where they could not be read. */
  sha256: z.string().length(64).nullable(),
  facts: imageFactsSchema.nullable(),
  unreadable: unreadableSchema.nullable(),
});
export type ImageRecord = z.infer<typeof imageRecordSchema>;

/** What a gallery tile shows. */
export const imageCardSchema = z.object({
  id: imageIdSchema,
  path: z.string(),
  className: z.string(),
  split: z.string().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  unreadable: unreadableSchema.nullable(),
  /** The value a finding has for this image; null outside a finding. */
  value: z.number().nullable(),
});
export type ImageCard = z.infer<typeof imageCardSchema>;

export const sideSchema = z.enum(['below', 'above']);

export const histogramSchema = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  /** n + 1 bin edges, ascending, for n counts. Linear unless `log`. */
  edges: z.array(z.number()),
  counts: z.array(z.int()),
  log: z.boolean(),
});
export type Histogram = z.infer<typeof histogramSchema>;

export const classCountSchema = z.object({
  name: z.string(),
  count: z.int(),
  unreadable: z.int(),
  /** In the order of the summary's splits. */
  perSplit: z.array(z.int()),
});
export type ClassCount = z.infer<typeof classCountSchema>;

export const datasetSummarySchema = z.object({
  id: datasetIdSchema,
  name: z.string(),
  /** For showing only; nothing that comes back from a window is ever opened as a path. */
  root: z.string(),
  layout: layoutSchema,
  /** All readings that fit the folder, the detected one first. */
  layouts: z.array(layoutSchema),
  images: z.int(),
  unreadable: z.int(),
  unreadableReasons: z.array(z.object({ code: unreadableCodeSchema, count: z.int() })),
  /** Files that are no images, counted by why they were passed over. */
  skipped: z.array(z.object({ kind: z.enum(['hidden', 'other', 'unlabelled']), label: z.string(), count: z.int() })),
  /** Sorted by name in code-point order. Class folders without an image are listed with count 0. */
  classes: z.array(classCountSchema),
  splits: z.array(z.object({ name: z.string(), count: z.int(), classes: z.int() })),
  formats: z.array(z.object({ name: imageFormatSchema, count: z.int() })),
  /** Share of the largest class among readable images, 0–1; null without images. */
  majorityShare: z.number().nullable(),
  /** Largest class count over smallest non-empty class count; null without images. */
  imbalanceRatio: z.number().nullable(),
  /** exp of the entropy of class shares: 1 … number of classes. */
  effectiveClasses: z.number().nullable(),
  histograms: z.array(histogramSchema),
  bytes: z.int(),
  indexedAt: z.number().nullable(),
  /** True when the last index run was cut off and can go on. */
  incomplete: z.boolean(),
  /** A sentence where the data set is spoilt on purpose (the demo); null otherwise. */
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
  /** False when the folder is no longer there. */
  exists: z.boolean(),
});
export type Recent = z.infer<typeof recentSchema>;

/* Findings */

export const severitySchema = z.enum(['error', 'warning', 'info']);
export type Severity = z.infer<typeof severitySchema>;

export const scopeSchema = z.enum(['dataset', 'split', 'class', 'group', 'image']);

export const checkIdSchema = z.enum([
  'unreadable',
  'extension-mismatch',
  'odd-mode',
  'odd-size',
  'odd-aspect',
  'dark',
  'bright',
  'blurry',
  'low-information',
  'exact-duplicate',
  'near-duplicate',
  'conflicting-duplicate',
  'split-leak',
  'class-imbalance',
  'tiny-class',
  'tiny-dataset',
  'single-class',
  'missing-class',
  'low-variance',
  'outlier',
  'label-error',
  'class-overlap',
  'split-drift',
  'shortcut',
  'normalization',
  'loader-mismatch',
]);
export type CheckId = z.infer<typeof checkIdSchema>;

const cell = z.union([z.string(), z.number(), z.null()]);

/** What a finding rests on, in shapes the window, the report and the CLI can all show without knowing the check. */
export const evidenceSchema = z.object({
  facts: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]), unit: z.string().optional() })),
  tables: z
    .array(z.object({ title: z.string(), columns: z.array(z.string()), rows: z.array(z.array(cell)) }))
    .optional(),
  /** The measure's distribution with the threshold drawn in. `thresholdId` makes it draggable. */
  histogram: histogramSchema.extend({ threshold: z.number(), thresholdId: z.string(), side: sideSchema }).optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const findingSchema = z.object({
  /** Stable over runs: the check and what it is about, e.g. `tiny-class:cats`. */
  key: z.string(),
  check: checkIdSchema,
  severity: severitySchema,
  scope: scopeSchema,
  /** One plain sentence with the numbers in it. */
  title: z.string(),
  /** What to do about it, in plain words. */
  remedy: z.string(),
  classes: z.array(z.string()),
  splits: z.array(z.string()),
  /** Number of images and of groups concerned; their ids are asked for by key. */
  images: z.int(),
  groups: z.int(),
  /** 0–1, how bad: orders findings of one severity. */
  score: z.number().min(0).max(1),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  thresholdId: z.string().nullable(),
  evidence: evidenceSchema,
  muted: z.object({ reason: z.string(), at: z.number() }).nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

/** A finding as it is about one image. */
export const imageFindingSchema = z.object({
  key: z.string(),
  /** Which of the finding's groups the image is in, and how many images that has; null where it has no groups. */
  group: z.object({ index: z.int().nonnegative(), images: z.int() }).nullable(),
});
export type ImageFinding = z.infer<typeof imageFindingSchema>;

export const relationSchema = z.enum([
  'same-bytes',
  'same-pixels',
  'near',
  'mirrored',
  'rotated-90',
  'rotated-180',
  'rotated-270',
  'mirrored-rotated-90',
  'mirrored-rotated-180',
  'mirrored-rotated-270',
]);
export type Relation = z.infer<typeof relationSchema>;

/** Pictures that are the same picture. The first member is the representative; relations are to it. */
export const duplicateGroupSchema = z.object({
  id: z.int(),
  members: z.array(
    z.object({ card: imageCardSchema, bytes: z.int(), relation: relationSchema.nullable(), similarity: z.number() }),
  ),
  classes: z.array(z.string()),
  splits: z.array(z.string()),
  /** Of one colour or hardly any contrast: alike without being a picture of anything. */
  blank: z.boolean(),
});
export type DuplicateGroup = z.infer<typeof duplicateGroupSchema>;

export const thresholdSchema = z.object({
  id: z.string(),
  check: checkIdSchema,
  value: z.number(),
  default: z.number(),
  min: z.number(),
  max: z.number(),
  unit: z.string(),
  reason: z.string(),
});
export type Threshold = z.infer<typeof thresholdSchema>;

/* Jobs */

export const jobKindSchema = z.enum(['index', 'audit', 'training-check', 'export', 'probe', 'diagnose', 'lab']);
export type JobKind = z.infer<typeof jobKindSchema>;

export const jobStateSchema = z.enum(['running', 'done', 'cancelled', 'failed', 'interrupted']);

export const progressSchema = z.object({
  stage: z.string(),
  done: z.number().nonnegative(),
  /** Null while it is not known. */
  total: z.number().nonnegative().nullable(),
  /** Units a second, smoothed; null at the start. */
  rate: z.number().nullable(),
  /** Seconds; null while it is not known. */
  eta: z.number().nullable(),
});
export type Progress = z.infer<typeof progressSchema>;
