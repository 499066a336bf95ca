/** The measures of checks for single images: those of the last audit, or else computed from the stored facts. */
import { z } from 'zod';
import type { ImageFilter } from '../../contract/model/queries';
import type { Check, MeasuredFacts, PictureMeasure, Thresholds } from '../../core/checks/check';
import type { Readable } from '../../core/checks/finding';
import { checks } from '../../core/checks/index';
import { thresholdsWith } from '../../core/checks/thresholds';
import type { Catalog } from './catalog';
import { thresholdOverrides } from './findings';
import { keepResult, keptResult } from './kept';

interface Values {
  readonly images: Int32Array;
  /** NaN where the measure says nothing. */
  readonly values: Float64Array;
}

/** The last ones of each catalog, because a page and its total are asked for one after the other. */
const remembered = new WeakMap<Catalog, Values & { readonly key: string }>();

type FactRow = [id: number, width: number, height: number, ...rest: number[]];

const COLUMNS =
  'id, width, height, mean_r, mean_g, mean_b, std_r, std_g, std_b, luminance_1, luminance_5, luminance_50, luminance_95, luminance_99, laplacian_variance';

function factsOf([, width, height, ...rest]: FactRow): MeasuredFacts {
  const at = (index: number): number => rest[index]!;
  return {
    width,
    height,
    mean: [at(0), at(1), at(2)],
    std: [at(3), at(4), at(5)],
    luminance: [at(6), at(7), at(8), at(9), at(10)],
    laplacianVariance: at(11),
  };
}

const nameOf = (id: string): string => `measured:${id}`;
const keptSchema = z.object({ images: z.string(), values: z.string() });

/**
 * Keeps the measure of a check, because reading the facts of all images takes longer than a click may. Its
 * distribution that the window shows is that of the same audit.
 * @param images all readable images
 */
export function keepValues(
  catalog: Catalog,
  { id, measure }: Pick<Check, 'id' | 'measure'>,
  thresholds: Thresholds,
  images: readonly Readable[],
): void {
  if (measure === undefined) return;
  const of = measure(
    thresholds,
    images.map(({ facts }) => facts),
  );
  const text = (array: Int32Array | Float64Array): string => Buffer.from(array.buffer).toString('base64');
  keepResult(catalog, nameOf(id), '', {
    images: text(Int32Array.from(images, (image) => image.id)),
    values: text(Float64Array.from(images, ({ facts }) => of(facts) ?? NaN)),
  });
}

function keptValues(catalog: Catalog, id: string): Values | null {
  const kept = keptSchema.nullable().parse(keptResult(catalog, nameOf(id), ''));
  if (kept === null) return null;
  // Not the bytes of the Buffer: they may not be aligned.
  const bytes = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64')).buffer;
  return { images: new Int32Array(bytes(kept.images)), values: new Float64Array(bytes(kept.values)) };
}

function valuesOf(catalog: Catalog, id: string): Values | null {
  const measure = checks.find((check) => check.id === id)?.measure;
  if (measure === undefined) return null;
  const overrides = Object.fromEntries(thresholdOverrides(catalog));
  const revision = catalog.db.prepare<[], number>('SELECT revision FROM dataset').pluck().get();
  const key = JSON.stringify([id, revision, overrides]);
  const before = remembered.get(catalog);
  if (before?.key === key) return before;
  const values = keptValues(catalog, id) ?? computedValues(catalog, measure, thresholdsWith(overrides));
  remembered.set(catalog, { key, ...values });
  return values;
}

/** For a store whose last audit kept none. */
function computedValues({ db }: Catalog, measure: PictureMeasure, thresholds: Thresholds): Values {
  const rows = db
    .prepare<[], FactRow>(
      `SELECT ${COLUMNS} FROM images WHERE class_name IS NOT NULL AND state = 1 AND format IS NOT NULL`,
    )
    .raw()
    .all();
  const facts = rows.map(factsOf);
  const of = measure(thresholds, facts);
  return {
    images: Int32Array.from(rows, ([image]) => image),
    values: Float64Array.from(facts, (each) => of(each) ?? NaN),
  };
}

/** Ids of the images whose measure is in the range; none for a check that does not measure single pictures. */
export function imagesInRange(catalog: Catalog, { check, from, to }: NonNullable<ImageFilter['checked']>): number[] {
  const stored = valuesOf(catalog, check);
  if (stored === null) return [];
  const { images, values } = stored;
  return [...images].filter((_, i) => values[i]! >= (from ?? -Infinity) && values[i]! < (to ?? Infinity));
}
