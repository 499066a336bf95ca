/** Stores the measured facts of a batch of images in one transaction. */
import type { ImageFacts, Unreadable } from '../../contract/model/image';
import { brightness } from '../../core/checks/measures';
import { measureVersion } from '../../core/images/measure';
import type { Catalog } from './catalog';

export interface MeasuredImage {
  readonly id: number;
  readonly sha256: string | null;
  readonly outcome:
    | { readonly facts: ImageFacts; readonly thumbnail: Uint8Array; readonly raster: Uint8Array }
    | { readonly unreadable: Unreadable };
}

/** The columns of `images` that hold facts. */
export const factColumns = [
  'format',
  'width',
  'height',
  'channels',
  'depth',
  'pages',
  'orientation',
  'colour_space',
  'has_alpha',
  'has_icc',
  'camera',
  'value_min',
  'value_max',
  'value_low',
  'value_high',
  'png_fault',
  'mean_r',
  'mean_g',
  'mean_b',
  'std_r',
  'std_g',
  'std_b',
  'border_r',
  'border_g',
  'border_b',
  'luminance_1',
  'luminance_5',
  'luminance_50',
  'luminance_95',
  'luminance_99',
  'brightness',
  'entropy',
  'laplacian_variance',
  'edge_share',
  'colourfulness',
  'p_hash',
  'd_hash',
  'pixel_hash',
] as const;

/** In the order of `factColumns`. */
export function factValues(facts: ImageFacts): (string | number | null)[] {
  return [
    facts.format,
    facts.width,
    facts.height,
    facts.channels,
    facts.depth,
    facts.pages,
    facts.orientation,
    facts.colourSpace,
    Number(facts.hasAlpha),
    Number(facts.hasIcc),
    facts.camera,
    facts.values?.min ?? null,
    facts.values?.max ?? null,
    facts.values?.low ?? null,
    facts.values?.high ?? null,
    facts.pngFault === null ? null : JSON.stringify(facts.pngFault),
    ...facts.mean,
    ...facts.std,
    ...facts.border,
    ...facts.luminance,
    brightness(facts),
    facts.entropy,
    facts.laplacianVariance,
    facts.edgeShare,
    facts.colourfulness,
    facts.pHash,
    facts.dHash,
    facts.pixelHash,
  ];
}

export function storeMeasured(catalog: Catalog, batch: readonly MeasuredImage[]): void {
  const { db } = catalog;
  const readable = db.prepare(
    `UPDATE images SET state = 1, measured_by = ?, sha256 = ?, unreadable_code = NULL, unreadable_reason = NULL, ${factColumns.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
  );
  const unreadable = db.prepare(
    'UPDATE images SET state = 2, measured_by = ?, sha256 = ?, unreadable_code = ?, unreadable_reason = ? WHERE id = ?',
  );
  const thumbnail = db.prepare('INSERT OR REPLACE INTO thumbnails (image, data) VALUES (?, ?)');
  const raster = db.prepare('INSERT OR REPLACE INTO rasters (image, data) VALUES (?, ?)');
  db.transaction(() => {
    for (const { id, sha256, outcome } of batch) {
      if ('unreadable' in outcome) {
        const { code, reason } = outcome.unreadable;
        unreadable.run(measureVersion(code), sha256, code, reason, id);
      } else {
        readable.run(measureVersion(null), sha256, ...factValues(outcome.facts), id);
        thumbnail.run(id, outcome.thumbnail);
        raster.run(id, outcome.raster);
      }
    }
  })();
}
