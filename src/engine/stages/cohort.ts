/** The images of a data set as the training process uses them. */
import { PlumblineError } from '../../contract/errors';
import { RASTER_BYTES } from '../../core/images/raster';
import { byCodePoint } from '../../core/dataset/order';
import type { Catalog } from '../catalog/catalog';
import { readDataset } from '../catalog/dataset';
import { nearGroupsOf, raster } from '../catalog/findings';
import { readableImages } from '../catalog/images';

/** The images used for training: the readable ones in path order, their labels and their duplicate groups. */
export interface Cohort {
  readonly classes: readonly string[];
  readonly images: Int32Array;
  readonly paths: readonly string[];
  /** Null for an image without a split. */
  readonly splits: readonly (string | null)[];
  readonly labels: Int32Array;
  /** Duplicate group of each image; −1 when it is in none. */
  readonly groups: Int32Array;
  /** Original sizes in pixels. */
  readonly widths: Int32Array;
  readonly heights: Int32Array;
}

const kept = new WeakMap<Catalog, { readonly revision: number; readonly cohort: Cohort }>();

/** Built once per revision of the data set. */
export function cohortOf(catalog: Catalog): Cohort {
  const { revision } = readDataset(catalog);
  const last = kept.get(catalog);
  if (last?.revision === revision) return last.cohort;
  const cohort = makeCohort(catalog);
  kept.set(catalog, { revision, cohort });
  return cohort;
}

function makeCohort(catalog: Catalog): Cohort {
  const rows = readableImages(catalog);
  const classes = [...new Set(rows.map((row) => row.className))].sort(byCodePoint);
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  const groupOf = new Map(
    nearGroupsOf(catalog).flatMap((group, g) => group.members.map((member) => [member, g] as const)),
  );
  return {
    classes,
    images: Int32Array.from(rows, (row) => row.id),
    paths: rows.map((row) => row.path),
    splits: rows.map((row) => row.split),
    labels: Int32Array.from(rows, (row) => indexOf.get(row.className)!),
    groups: Int32Array.from(rows, (row) => groupOf.get(row.id) ?? -1),
    widths: Int32Array.from(rows, (row) => row.width),
    heights: Int32Array.from(rows, (row) => row.height),
  };
}

/** Reads the rasters of the images at the given positions, when the training process asks for them. */
export function rasterReader(catalog: Catalog, images: Int32Array): (indices: Int32Array) => Uint8Array {
  return (indices) => {
    const data = new Uint8Array(indices.length * RASTER_BYTES);
    indices.forEach((index, i) => {
      const picture = raster(catalog, images[index]!);
      if (picture) data.set(picture, i * RASTER_BYTES);
    });
    return data;
  };
}

/**
 * @throws PlumblineError no-images while the folder is not fully indexed, or when it has no readable image with a label
 */
export function indexedCohort(catalog: Catalog): Cohort {
  if (readDataset(catalog).complete === 0)
    throw new PlumblineError(
      'no-images',
      'This data set is not fully indexed yet; wait until indexing finishes, then try again.',
    );
  const cohort = cohortOf(catalog);
  if (cohort.images.length === 0)
    throw new PlumblineError('no-images', 'This data set has no readable image with a label.');
  return cohort;
}
