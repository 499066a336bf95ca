/** The colours of the images of a data set. */
import type { SetColours } from '../../core/collapse/watch/input';
import type { Catalog } from './catalog';

type Row = Record<`${'mean' | 'square' | 'within'}_${'r' | 'g' | 'b'}` | 'images', number>;

const CHANNELS = ['r', 'g', 'b'] as const;

/** Moments over all readable images, from those of each image; null without any. */
export function meanColours(catalog: Catalog): SetColours | null {
  const sums = CHANNELS.map(
    (c) =>
      `avg(mean_${c}) AS mean_${c}, avg(mean_${c} * mean_${c}) AS square_${c}, avg(std_${c} * std_${c}) AS within_${c}`,
  );
  const row = catalog.db
    .prepare<[], Row>(
      `SELECT count(*) AS images, ${sums.join(', ')} FROM images WHERE class_name IS NOT NULL AND state = 1 AND mean_r IS NOT NULL`,
    )
    .get();
  if (row === undefined || row.images === 0) return null;
  const between = CHANNELS.map((c) => Math.max(0, row[`square_${c}`] - row[`mean_${c}`] ** 2));
  return {
    images: row.images,
    mean: CHANNELS.map((c) => row[`mean_${c}`]),
    deviation: CHANNELS.map((c, at) => Math.sqrt(row[`within_${c}`] + between[at]!)),
    spread: between.map(Math.sqrt),
  };
}
