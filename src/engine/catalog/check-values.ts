/** The measures of checks for single images, computed from the stored facts when they are asked for. */
import type { ImageFilter } from '../../contract/model/queries';
import type { MeasuredFacts } from '../../core/checks/check';
import { checks } from '../../core/checks/index';
import { thresholdsWith } from '../../core/checks/thresholds';
import type { Catalog } from './catalog';
import { thresholdOverrides } from './findings';

interface Values {
  readonly key: string;
  readonly images: Int32Array;
  /** NaN where the measure says nothing. */
  readonly values: Float64Array;
}

/** The last ones of each catalog, because a page and its total are asked for one after the other. */
const remembered = new WeakMap<Catalog, Values>();

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

function valuesOf(catalog: Catalog, id: string): Values | null {
  const measure = checks.find((check) => check.id === id)?.measure;
  if (measure === undefined) return null;
  const overrides = Object.fromEntries(thresholdOverrides(catalog));
  const revision = catalog.db.prepare<[], number>('SELECT revision FROM dataset').pluck().get();
  const key = JSON.stringify([id, revision, overrides]);
  const before = remembered.get(catalog);
  if (before?.key === key) return before;
  const rows = catalog.db
    .prepare<[], FactRow>(
      `SELECT ${COLUMNS} FROM images WHERE class_name IS NOT NULL AND state = 1 AND format IS NOT NULL`,
    )
    .raw()
    .all();
  const facts = rows.map(factsOf);
  const of = measure(thresholdsWith(overrides), facts);
  const made = {
    key,
    images: Int32Array.from(rows, ([image]) => image),
    values: Float64Array.from(facts, (each) => of(each) ?? NaN),
  };
  remembered.set(catalog, made);
  return made;
}

/** Ids of the images whose measure is in the range; none for a check that does not measure single pictures. */
export function imagesInRange(catalog: Catalog, { check, from, to }: NonNullable<ImageFilter['checked']>): number[] {
  const stored = valuesOf(catalog, check);
  if (stored === null) return [];
  const { images, values } = stored;
  return [...images].filter((_, i) => values[i]! >= (from ?? -Infinity) && values[i]! < (to ?? Infinity));
}
