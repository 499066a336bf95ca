/** The data set as a training script reads it: with the classes of the folder, without renamed or merged classes. */
import { byCodePoint } from '../../core/dataset/order';
import { channelStatistics, type Triple } from '../../core/images/channel-statistics';
import type { Catalog } from './catalog';
import { readLayout } from './dataset';

export interface OwnClasses {
  /** All classes of the folder. */
  readonly classes: number;
  /** Those with training images, as Keras and torchvision sort them: by code point. */
  readonly classNames: readonly string[];
  /** Readable training images by class, in this order. */
  readonly classSizes: readonly number[];
  /** Of the readable training images, from 0 to 1; null without any. */
  readonly moments: { readonly mean: Triple; readonly std: Triple } | null;
}

interface Row {
  readonly own: string;
  readonly split: string | null;
  readonly readable: number;
  readonly mean_r: number;
  readonly mean_g: number;
  readonly mean_b: number;
  readonly std_r: number;
  readonly std_g: number;
  readonly std_b: number;
}

/** Of nested folders, loaders take the uppermost as the class. */
function topClasses(catalog: Catalog): (own: string) => string {
  const isFolders = /folders$/.test(readLayout(catalog).kind);
  return (own) => (isFolders ? own.split('/')[0]! : own);
}

/** The labels of the readable images as the folder has them. The classes are sorted by code point. */
export function ownLabels(catalog: Catalog): {
  readonly classes: readonly string[];
  readonly paths: readonly string[];
  readonly labels: readonly number[];
} {
  const topOf = topClasses(catalog);
  const rows = catalog.db
    .prepare<[], { readonly path: string; readonly own: string }>(
      'SELECT path, own_class AS own FROM images WHERE own_class IS NOT NULL AND state = 1 AND format IS NOT NULL',
    )
    .all();
  const tops = rows.map(({ own }) => topOf(own));
  const classes = [...new Set(tops)].sort(byCodePoint);
  const place = new Map(classes.map((name, i) => [name, i]));
  return { classes, paths: rows.map(({ path }) => path), labels: tops.map((name) => place.get(name)!) };
}

/**
 * @param isHeldOut whether images of a split are not trained on. If this is so for all images, all count as training
 *   images.
 */
export function ownClasses(catalog: Catalog, isHeldOut: (split: string | null) => boolean): OwnClasses {
  const rows = catalog.db
    .prepare<[], Row>(
      `SELECT own_class AS own, split, state = 1 AND format IS NOT NULL AS readable,
      mean_r, mean_g, mean_b, std_r, std_g, std_b FROM images WHERE own_class IS NOT NULL`,
    )
    .all();
  const topOf = topClasses(catalog);
  const classOf = ({ own }: Row): string => topOf(own);
  const trained = rows.filter(({ split }) => !isHeldOut(split));
  const training = trained.length > 0 ? trained : rows;
  const readable = training.filter((row) => row.readable === 1);
  const classNames = [...new Set(training.map(classOf))].sort(byCodePoint);
  const place = new Map(classNames.map((name, i) => [name, i]));
  const classSizes = classNames.map(() => 0);
  for (const row of readable) classSizes[place.get(classOf(row))!]! += 1;
  const images = readable.map((row) => ({
    mean: [row.mean_r, row.mean_g, row.mean_b] satisfies Triple,
    std: [row.std_r, row.std_g, row.std_b] satisfies Triple,
  }));
  return { classes: new Set(rows.map(classOf)).size, classNames, classSizes, moments: channelStatistics(images) };
}
