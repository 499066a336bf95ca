/** The engine, data sets and their images. */
import { z } from 'zod';
import { call, job, nothing, ofDataset, pageParams, trustedCall } from '../entry';
import { bytesSchema } from '../arrays';
import {
  chosenLayoutSchema,
  datasetIdSchema,
  datasetSummarySchema,
  layoutKindSchema,
  namedReadingSchema,
  recentSchema,
  tableColumnsSchema,
  uncheckedSchema,
} from '../model/dataset';
import { imageFindingSchema } from '../model/finding';
import { imageCardSchema, imageIdSchema, imageIdsSchema, imageMetadataSchema, imageRecordSchema } from '../model/image';
import { similarityStateSchema } from '../model/labels';
import { imageFilterSchema, imageSortSchema } from '../model/queries';
import { savedViewSchema, viewToSaveSchema } from '../model/saved-views';

export const datasetCalls = {
  'engine.info': call(
    nothing,
    z.object({ version: z.string(), node: z.string(), pid: z.int(), cacheFolder: z.string(), dataFolder: z.string() }),
  ),
  /**
   * Registers a folder (errors: not-a-folder, no-permission, bad-table, …) and detects its layouts. Nothing is indexed
   * yet. With `labels`, this is the chosen layout from now on; with null, the folder is read as detected again.
   */
  'dataset.open': trustedCall(
    z.object({ root: z.string().min(1), note: z.string().optional(), labels: namedReadingSchema.nullish() }),
    z.object({ dataset: datasetIdSchema }),
  ),
  /**
   * Unpacks a copy of an archive, or of a folder of archives, into the cache folder; sends `unpacking` meanwhile. Then
   * `dataset.open` with the same path opens the copy (errors: bad-archive, no-images, disk-full, cancelled, busy).
   */
  'archives.unpack': trustedCall(z.object({ path: z.string().min(1) }), nothing),
  'archives.cancel': call(nothing, nothing),
  /**
   * Writes the sample data set into the cache folder unless it is there; sends `sample` meanwhile. `note` says what was
   * planted in it (errors: disk-full, cache-unwritable).
   */
  'samples.write': trustedCall(nothing, z.object({ root: z.string(), note: z.string() })),
  'dataset.reopen': call(ofDataset, z.object({ dataset: datasetIdSchema })),
  'dataset.recents': call(nothing, z.array(recentSchema)),
  'dataset.forget': call(ofDataset, nothing),
  'dataset.summary': call(ofDataset, datasetSummarySchema),
  /**
   * Reads the folder anew as the user chooses, now and in later runs; null: as detected. An index that is running is
   * stopped first (errors: layout-impossible, bad-table, busy).
   */
  'dataset.chooseLayout': call(ofDataset.extend({ choice: chosenLayoutSchema.nullable() }), nothing),
  /**
   * The columns of a table of the folder that the summary names; none for several tables that are read together
   * (errors: not-found).
   */
  'dataset.tableColumns': call(ofDataset.extend({ table: z.string() }), tableColumnsSchema),
  /** The columns of a table of a folder that is not open (errors: not-found for a table outside of it). */
  'folders.tableColumns': trustedCall(z.object({ root: z.string(), table: z.string() }), tableColumnsSchema),
  /** What has not been looked at yet. */
  'dataset.unchecked': call(ofDataset, z.array(uncheckedSchema)),
  'images.list': call(
    ofDataset.extend(pageParams.shape).extend({ filter: imageFilterSchema, sort: imageSortSchema }),
    z.object({ total: z.int(), items: z.array(imageCardSchema) }),
  ),
  'images.get': call(ofDataset.extend({ image: imageIdSchema }), imageRecordSchema),
  /**
   * What the last audit found about an image, most severe first, and the class that the probes consider more likely
   * than the label. `suggested` is null where no probe was run or the probes agree with the label.
   */
  'images.findings': call(
    ofDataset.extend({ image: imageIdSchema }),
    z.object({ findings: z.array(imageFindingSchema), suggested: z.string().nullable() }),
  ),
  /** Whether `filter.like` finds anything for the image of this path. */
  'images.similarity': call(ofDataset.extend({ path: z.string() }), z.object({ state: similarityStateSchema })),
  /** The stored thumbnail: JPEG of at most 256 px, or WebP of at most 192 px from an older version. */
  'images.thumbnail': call(
    ofDataset.extend({ image: imageIdSchema }),
    z.object({ data: bytesSchema, type: z.string() }),
  ),
  /** Read from the user's file (errors: not-found, also for a file that is gone). */
  'images.metadata': call(ofDataset.extend({ image: imageIdSchema }), imageMetadataSchema),
  /** The absolute paths of the user's files, in this order (errors: not-found, also for a file that is gone). */
  'images.files': trustedCall(ofDataset.extend({ images: imageIdsSchema }), z.object({ paths: z.array(z.string()) })),
  /** The image, rotated upright, in sRGB as WebP with a longer side of at most 2,048 px. */
  'images.picture': call(ofDataset.extend({ image: imageIdSchema }), z.object({ data: bytesSchema, type: z.string() })),
  /**
   * Scans the folder, measures new and changed files, then audits. A layout and thresholds given here apply to this run
   * only.
   */
  'jobs.index': job(
    ofDataset.extend({ layout: layoutKindSchema.optional(), thresholds: z.record(z.string(), z.number()).optional() }),
    nothing,
  ),
  /** The user's named filters of the images, by name. */
  'savedViews.list': call(ofDataset, z.array(savedViewSchema)),
  /**
   * Saves a filter and an order under a name; `replace` allows to replace a view with the same name (errors:
   * bad-request, one sentence).
   */
  'savedViews.save': call(ofDataset.extend(viewToSaveSchema.shape), nothing),
  /** Errors: not-found; bad-request for a name that is not valid or in use. */
  'savedViews.rename': call(ofDataset.extend({ from: z.string(), to: z.string() }), nothing),
  'savedViews.delete': call(ofDataset.extend({ name: z.string() }), nothing),
} as const;
