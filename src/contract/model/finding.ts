/** What the checks find: findings with their evidence, groups of duplicates, and thresholds. */
import { z } from 'zod';
import { imageCardSchema } from './image';

export const sideSchema = z.enum(['below', 'above']);

export const histogramSchema = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  /** n + 1 ascending bin edges for n counts. Linear unless `log`. */
  edges: z.array(z.number()),
  counts: z.array(z.int()),
  log: z.boolean(),
});
export type Histogram = z.infer<typeof histogramSchema>;

export const severitySchema = z.enum(['error', 'warning', 'info']);
export type Severity = z.infer<typeof severitySchema>;

export const scopeSchema = z.enum(['dataset', 'split', 'class', 'group', 'image']);

/**
 * Id of a check, in kebab case. Not a closed list: the registry is in core, and another version of the app may have
 * stored findings of checks that this version does not have.
 */
export const checkIdSchema = z.string().regex(/^[a-z]+(-[a-z]+)*$/);
export type CheckId = z.infer<typeof checkIdSchema>;

const cell = z.union([z.string(), z.number(), z.null()]);

/** The evidence for a finding, in forms that the window, the report and the CLI can show without knowing the check. */
export const evidenceSchema = z.object({
  facts: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]), unit: z.string().optional() })),
  tables: z
    .array(z.object({ title: z.string(), columns: z.array(z.string()), rows: z.array(z.array(cell)) }))
    .optional(),
  /** The distribution of the measure, with the threshold. With `thresholdId`, the user can drag the threshold. */
  histogram: histogramSchema.extend({ threshold: z.number(), thresholdId: z.string(), side: sideSchema }).optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** How many images or groups of a finding were flagged, and how many of them nobody has decided. */
export const findingProgressSchema = z.object({ unit: z.enum(['images', 'groups']), of: z.int(), left: z.int() });
export type FindingProgress = z.infer<typeof findingProgressSchema>;

export const findingSchema = z.object({
  /** Stable over runs: the check and its subject, for example `tiny-class:cats`. */
  key: z.string(),
  check: checkIdSchema,
  severity: severitySchema,
  scope: scopeSchema,
  /** Plain sentences with the numbers in them: what was found, then how much of it is decided. */
  title: z.string(),
  /** What to do about it, in plain words. */
  remedy: z.string(),
  classes: z.array(z.string()),
  splits: z.array(z.string()),
  /** Number of images and of groups; their ids are requested by `key`. */
  images: z.int(),
  groups: z.int(),
  /** How bad it is, from 0 to 1; orders findings of the same severity. */
  score: z.number().min(0).max(1),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  thresholdId: z.string().nullable(),
  evidence: evidenceSchema,
  muted: z.object({ reason: z.string(), at: z.number() }).nullable(),
  /** Null while nothing of it is decided, and for findings that decisions on images cannot settle. */
  progress: findingProgressSchema.nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

/** A finding from the view of one image. */
export const imageFindingSchema = z.object({
  key: z.string(),
  /**
   * Which of the finding's groups contains the image, and the number of images in that group; null where the finding
   * has no groups.
   */
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

/** `place`: its index in the group. The first member is the representative; relations are to it. */
export const groupMemberSchema = z.object({
  place: z.int(),
  card: imageCardSchema,
  bytes: z.int(),
  relation: relationSchema.nullable(),
  similarity: z.number(),
});
export type GroupMember = z.infer<typeof groupMemberSchema>;

/** Duplicates of one image. All but `members` is about the whole group. */
export const duplicateGroupSchema = z.object({
  id: z.int(),
  size: z.int(),
  /** The first ones. A picture can have thousands of copies. */
  members: z.array(groupMemberSchema),
  /** How many are not excluded by a decision. */
  present: z.int(),
  /** How many can be called different from each other: the representative, and members with other bytes than it. */
  partable: z.int(),
  /** Which member stays, by the rule of an export; null if all are excluded, or if a person must say which label is right. */
  keeper: groupMemberSchema.nullable(),
  classes: z.array(z.string()),
  splits: z.array(z.string()),
  /** Images of a single colour or with almost no contrast: similar to each other although they show nothing. */
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
