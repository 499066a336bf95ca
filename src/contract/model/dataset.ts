/** A data set as a whole: how its folder is read, its classes, splits and statistics. */
import { z } from 'zod';
import { histogramSchema } from './finding';
import { imageFormatSchema, unreadableCodeSchema } from './image';
import { runCopiesSchema } from './run-copies';
import { unpackedSchema } from './unpacked';
import { matchCodeSchema } from './matching';

export const datasetIdSchema = z.string().regex(/^[0-9a-f]{16}$/);
export type DatasetId = z.infer<typeof datasetIdSchema>;

/**
 * How a folder is read: classes from folders, splits and classes from folders, labels from a table, or labels from file
 * names. Or classes from the innermost or the outermost folders alone, where several folders contain some of the same
 * names.
 */
export const layoutKindSchema = z.enum([
  'class-folders',
  'split-class-folders',
  'table',
  'file-names',
  'innermost-folders',
  'outermost-folders',
]);
export type LayoutKind = z.infer<typeof layoutKindSchema>;

/** What tells readings of the same kind and table apart. */
const variantShape = {
  /** The field of the file names that is the label, counted from 1; only for `file-names`. */
  nameField: z.int().min(1).optional(),
  /** Images that are named like masks of other images are read like all others. Absent: they get no label. */
  withMasks: z.literal(true).optional(),
};

export const layoutSchema = z.object({
  kind: layoutKindSchema,
  /** One sentence for the user: "Read as split/class folders: train, val, test × 10 classes". */
  sentence: z.string(),
  /** Path of the label table relative to the root; only for `table`. */
  table: z.string().nullable(),
  ...variantShape,
});
export type Layout = z.infer<typeof layoutSchema>;

/** A label table that the user names. A column that is null is detected. */
const namedLabelsSchema = z.object({
  /** Relative to the working directory of the engine, or absolute. */
  file: z.string().min(1),
  imageColumn: z.string().nullable(),
  labelColumn: z.string().nullable(),
});
/** How the user wants a folder to be read: by a label table, by a field of its file names, or with the masks in it. */
export const namedReadingSchema = z.union([
  namedLabelsSchema,
  z.object({ nameField: z.int().min(1) }),
  z.object({ withMasks: z.literal(true) }),
]);
/** The same for the folder that was last refused. `table`: its path relative to this folder. */
export const refusedReadingSchema = z.union([
  z.object({ table: z.string().min(1), imageColumn: z.string().nullable(), labelColumn: z.string().nullable() }),
  z.object({ nameField: z.int().min(1) }),
]);
export type RefusedReading = z.infer<typeof refusedReadingSchema>;
export type NamedReading = z.infer<typeof namedReadingSchema>;

/** The reading that the user chose instead of the detected one. A column that is null is detected. */
export const chosenLayoutSchema = z.object({
  kind: layoutKindSchema,
  /** Only for `table`. */
  table: z.string().nullable(),
  imageColumn: z.string().nullable(),
  labelColumn: z.string().nullable(),
  ...variantShape,
});
export type ChosenLayout = z.infer<typeof chosenLayoutSchema>;

/** The columns of a label table in their order, each with up to three different values from its first rows. */
export const tableColumnsSchema = z.object({
  columns: z.array(z.object({ name: z.string(), examples: z.array(z.string()) })),
  /** What is wrong with a table that cannot be read. */
  problem: z.string().nullable(),
});
export type TableColumns = z.infer<typeof tableColumnsSchema>;

/** Why a table or a folder is not used for labels. */
const unusedReasonSchema = z.enum([
  'table-unreadable',
  'table-no-image',
  'table-ambiguous',
  'table-no-label',
  'table-many-labels',
  'table-other-used',
  'table-one-label',
  'table-same',
  'table-disagrees',
  'folder-beside-splits',
  'folder-copy',
  'list-of-other-splits',
  'file-for-each-image',
  'masks-beside-images',
  'folders-inside-classes',
  'fields-in-names',
  'class-list-differs',
  'class-list',
  'unread-file',
]);

/** What was done with the rows of the used tables beyond taking them as they are. */
export const tableNoteCodeSchema = z.enum([
  ...matchCodeSchema.exclude(['missing']).options,
  'contradicting',
  'repeated',
  'several-splits',
  'empty',
  'merged',
  'no-header',
  'one-hot',
  'soft',
  'encoding',
  'title',
  'headers',
  'session-classes',
  'days-in-names',
  'one-each',
  'one-folder',
  'band-folders',
  'renamed',
  'composed',
  'image-columns',
  'same-name',
  'wide',
  'whole',
  'positions',
  'lists',
  'boxes',
  'joined',
  'minus-one',
]);

/** What one reading of a folder took as labels, splits and classes, and everything that it did not use. */
export const folderReadingSchema = z.object({
  labels: z.object({
    from: z.enum(['folders', 'file-names', 'table']),
    table: z.string().nullable(),
    imageColumn: z.string().nullable(),
    labelColumn: z.string().nullable(),
    /** Columns that could be taken instead, the best first; with the taken one. */
    imageColumns: z.array(z.string()),
    labelColumns: z.array(z.string()),
    /** The column that says the split; null for none. */
    splitColumn: z.string().nullable(),
    /** The field of the file names that is the label, and what is between the fields; absent for other labels. */
    nameField: z.object({ field: z.int(), separator: z.string() }).optional(),
  }),
  /**
   * `count`: rows; for `contradicting`, `several-splits` and `joined` images; for `one-hot` and `soft` columns; for `title` lines; for
   * `same-name` the number of the column that is read, from 1; 0 for `encoding`,
   * `composed`, `no-header`, `whole`, `lists` and `boxes`. `detail`: an example, or the encoding; for `wide` the first such row.
   */
  notes: z.array(z.object({ code: tableNoteCodeSchema, count: z.int(), detail: z.string() })),
  /** The folder around everything that was looked through; '' for none. */
  base: z.string(),
  /** One entry for each folder that is a split. */
  splits: z.array(z.object({ folder: z.string(), split: z.string() })),
  /** The split folders are inside each class folder. */
  splitsInClasses: z.boolean(),
  /** Numbered folders of one download, which are neither classes nor splits. */
  parts: z.array(z.string()),
  /** Folders that are the same for every class and are left out of the class names. */
  same: z.array(z.string()),
  /** A table that labels images which the folders do not label; null for none. */
  alsoTable: z.string().nullable(),
  /** Images without a label, by their folder; at most 20 folders, the largest first. */
  unlabelled: z.object({ images: z.int(), folders: z.array(z.object({ folder: z.string(), images: z.int() })) }),
  /** Rows of the used table whose image is not in the folder, with up to three of them. */
  unmatched: z.object({ rows: z.int(), examples: z.array(z.string()) }),
  /** All tables and lists that were read, used or not. */
  tables: z.array(z.string()),
  /** Folders that contain the same class folders, so that classes of the same name are told apart by them. */
  repeated: z.array(z.string()),
  /** Lists without labels from which the splits are taken. */
  splitLists: z.array(z.object({ path: z.string(), split: z.string() })),
  /** A file that names the classes, which are numbers or codes, with the name of each; null for none. */
  classNames: z
    .object({ file: z.string(), names: z.array(z.object({ number: z.string(), name: z.string() })) })
    .nullable(),
  /** Images with several labels, at most 200. `row`: counted from 1, without the header. */
  contradicting: z.array(
    z.object({
      path: z.string(),
      rows: z.array(z.object({ table: z.string(), row: z.int(), label: z.string() })),
    }),
  ),
  /** `detail`: what is wrong with an unreadable table; the number of images that an unused table would label. */
  unused: z.array(z.object({ path: z.string(), reason: unusedReasonSchema, detail: z.string() })),
});
export type FolderReading = z.infer<typeof folderReadingSchema>;

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
  /** Where the images were unpacked from; null for a folder that is read itself. */
  unpacked: unpackedSchema.nullable(),
  /** The run on a cluster whose copies the images are; null for all other folders. */
  copiesOfRun: runCopiesSchema.nullable(),
  layout: layoutSchema,
  /** All readings that fit the folder, the detected one first. */
  layouts: z.array(layoutSchema),
  /** The user's choice; null while the folder is read as detected. */
  chosen: chosenLayoutSchema.nullable(),
  /** What the layout in use took from the folder and what it left out; null before a scan. */
  reading: folderReadingSchema.nullable(),
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
  /** True while the findings are only those of the images measured so far. */
  findingsSoFar: z.boolean(),
  /** True when the last index run was interrupted and can continue. */
  incomplete: z.boolean(),
  /** A sentence for a data set with deliberate errors (the demo); otherwise null. */
  note: z.string().nullable(),
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

/** Something that Plumbline has not looked at, although it could. */
export const uncheckedSchema = z.object({
  /** `changed-copies`: near duplicates that only the pretrained network of the instant probe finds. */
  what: z.enum(['labels', 'changed-copies', 'collapse']),
  /** `withheld`: a probe ran but may judge no label; `detail` says why. */
  why: z.enum(['not-run', 'outdated', 'withheld']),
  detail: z.string(),
});
export type Unchecked = z.infer<typeof uncheckedSchema>;

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
