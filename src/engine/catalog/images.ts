/** Queries about single images and pages of images. */
import { PlumblineError } from '../../contract/errors';
import type { ImageCard, ImageRecord, UnreadableCode } from '../../contract/model/image';
import { probeKindSchema } from '../../contract/model/labels';
import type { ImageFilter, ImageSort } from '../../contract/model/queries';
import { latin } from '../../core/images/formats';
import type { Catalog } from './catalog';
import { recordColumns, recordOf, type ImageRow } from './records';

const noImage = (image: number) =>
  new PlumblineError('not-found', 'This image is no longer part of the data set.', { details: { image } });

/** @throws PlumblineError not-found */
export function getImage(catalog: Catalog, image: number): ImageRecord {
  const row = catalog.db
    .prepare<[number], ImageRow>(`SELECT ${recordColumns} FROM images WHERE id = ? AND class_name IS NOT NULL`)
    .get(image);
  if (!row) throw noImage(image);
  return recordOf(row);
}

/** Where an image's file is, relative to the root. @throws PlumblineError not-found */
export function locate(catalog: Catalog, image: number): { path: string; raw: Buffer | null } {
  const row = catalog.db
    .prepare<[number], { path: string; raw: Buffer | null }>(
      'SELECT path, raw_path AS raw FROM images WHERE id = ? AND class_name IS NOT NULL',
    )
    .get(image);
  if (!row) throw noImage(image);
  return row;
}

/**
 * The stored thumbnail and its media type: JPEG, or WebP in an index that an older version measured.
 * @throws PlumblineError not-found for an image without pixels
 */
export function getThumbnail(catalog: Catalog, image: number): { data: Uint8Array; type: 'image/jpeg' | 'image/webp' } {
  const data = catalog.db.prepare<[number], Buffer>('SELECT data FROM thumbnails WHERE image = ?').pluck().get(image);
  if (!data) throw new PlumblineError('not-found', 'This image has no thumbnail.', { details: { image } });
  return { data, type: latin(data, 0, 4) === 'RIFF' ? 'image/webp' : 'image/jpeg' };
}

interface CardRow {
  id: number;
  path: string;
  class_name: string;
  split: string | null;
  width: number | null;
  height: number | null;
  unreadable_code: UnreadableCode | null;
  unreadable_reason: string | null;
  value: number | null;
}

const cardColumns =
  'images.id, images.path, images.class_name, images.split, images.width, images.height, images.unreadable_code, images.unreadable_reason';

function cardOf(row: CardRow): ImageCard {
  return {
    id: row.id,
    path: row.path,
    className: row.class_name,
    split: row.split,
    width: row.width,
    height: row.height,
    unreadable:
      row.unreadable_code === null ? null : { code: row.unreadable_code, reason: row.unreadable_reason ?? '' },
    value: row.value,
  };
}

/** Cards of these images by id; unknown ids are left out. */
export function getCards(catalog: Catalog, ids: readonly number[]): Map<number, ImageCard> {
  const rows = catalog.db
    .prepare<[string], CardRow>(
      `SELECT ${cardColumns}, NULL AS value FROM images WHERE id IN (SELECT value FROM json_each(?)) AND class_name IS NOT NULL`,
    )
    .all(JSON.stringify(ids));
  return new Map(rows.map((row) => [row.id, cardOf(row)]));
}

type Value = string | number;

interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

function among(column: string, values: readonly string[]): Condition {
  return { sql: `${column} IN (${values.map(() => '?').join(', ') || 'NULL'})`, values };
}

function conditionsOf(filter: ImageFilter): Condition[] {
  const conditions: Condition[] = [{ sql: 'images.class_name IS NOT NULL', values: [] }];
  if (filter.classes) conditions.push(among('images.class_name', filter.classes));
  if (filter.splits) conditions.push(among('images.split', filter.splits));
  if (filter.formats) conditions.push(among('images.format', filter.formats));
  if (filter.unreadable !== undefined)
    conditions.push({ sql: filter.unreadable ? 'images.state = 2' : 'images.state <> 2', values: [] });
  // Search the narrow path index first. Otherwise a sort by a measure would read the wide row of every image to get its
  // path.
  if (filter.text)
    conditions.push({
      sql: `images.id IN (SELECT id FROM images AS named INDEXED BY images_by_path WHERE named.class_name IS NOT NULL AND named.path LIKE ? ESCAPE '\\')`,
      values: [`%${filter.text.replace(/[\\%_]/g, '\\$&')}%`],
    });
  if (filter.ids)
    conditions.push({ sql: 'images.id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(filter.ids)] });
  if (filter.cell) {
    const { predictions, given, predicted } = filter.cell;
    conditions.push(
      probeKindSchema.safeParse(predictions).success
        ? {
            sql: 'images.id IN (SELECT image FROM probe_outputs WHERE kind = ? AND given = ? AND predicted = ?)',
            values: [predictions, given, predicted],
          }
        : {
            sql: `images.class_name = ? AND images.id IN (SELECT image FROM own_prediction_rows JOIN own_predictions ON own_predictions.id = predictions
              WHERE predictions = ? AND predicted = (SELECT key FROM json_each(classes) WHERE value = ?))`,
            values: [given, predictions, predicted],
          },
    );
  }
  return conditions;
}

interface Order {
  readonly index: string;
  readonly columns: readonly string[];
  /** True when the order uses a measure that unreadable images do not have. */
  readonly nullable: boolean;
}

const orderBy = (index: string, column: string): Order => ({
  index,
  columns: [`images.${column}`, 'images.id'],
  nullable: column !== 'bytes',
});

const orders: Record<Exclude<ImageSort['by'], 'value'>, Order> = {
  path: { index: 'images_by_path', columns: ['images.path'], nullable: false },
  class: { index: 'images_by_class', columns: ['images.class_name', 'images.path'], nullable: false },
  width: orderBy('images_by_width', 'width'),
  bytes: orderBy('images_by_bytes', 'bytes'),
  brightness: orderBy('images_by_brightness', 'brightness'),
  entropy: orderBy('images_by_entropy', 'entropy'),
  sharpness: orderBy('images_by_sharpness', 'laplacian_variance'),
};

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

interface Found {
  readonly id: number;
  readonly value: number | null;
}

/** The FROM and WHERE parts of a query, with their values. */
interface Source {
  readonly from: string;
  readonly where: readonly Condition[];
}

const sqlOf = ({ from, where }: Source) =>
  `FROM ${from} WHERE ${where.map((condition) => condition.sql).join(' AND ')}`;
const valuesOf = ({ where }: Source) => where.flatMap((condition) => condition.values);

function count(catalog: Catalog, source: Source): number {
  return catalog.db
    .prepare<Value[], number>(`SELECT count(*) ${sqlOf(source)}`)
    .pluck()
    .get(...valuesOf(source))!;
}

function find(catalog: Catalog, source: Source, order: string, page: Page, value = 'NULL'): Found[] {
  return catalog.db
    .prepare<Value[], Found>(
      `SELECT images.id AS id, ${value} AS value ${sqlOf(source)} ORDER BY ${order} LIMIT ? OFFSET ?`,
    )
    .all(...valuesOf(source), page.limit, page.offset);
}

const inDirection = (columns: readonly string[], direction: 'ASC' | 'DESC') =>
  columns.map((column) => `${column} ${direction}`).join(', ');

/** The measured images in order, then those without the measure by path. Two indexes are paged one after the other. */
function findMeasured(
  catalog: Catalog,
  where: readonly Condition[],
  { index, columns }: Order,
  direction: 'ASC' | 'DESC',
  page: Page,
  total: number,
): Found[] {
  const [column = ''] = columns;
  const measured = {
    from: `images INDEXED BY ${index}`,
    where: [...where, { sql: `${column} IS NOT NULL`, values: [] }],
  };
  const first = find(catalog, measured, inDirection(columns, direction), page);
  const reached = page.offset + first.length;
  if (first.length === page.limit || reached === total) return first;
  const unmeasured = {
    from: 'images INDEXED BY images_by_path',
    where: [...where, { sql: 'images.state <> 1', values: [] }],
  };
  // Counting reads all images, so it is done only for a page that starts among those without the measure.
  const offset = first.length > 0 || page.offset === 0 ? 0 : page.offset - count(catalog, measured);
  return [...first, ...find(catalog, unmeasured, 'images.path', { offset, limit: page.limit - first.length })];
}

function findInIndex(
  catalog: Catalog,
  where: readonly Condition[],
  order: Order,
  descending: boolean,
  page: Page,
  total: number,
): Found[] {
  const direction = descending ? 'DESC' : 'ASC';
  if (order.nullable) return findMeasured(catalog, where, order, direction, page, total);
  // Name the index, so that the planner does not use the index of a filter instead: in the given order, a page stops
  // early.
  return find(
    catalog,
    { from: `images INDEXED BY ${order.index}`, where },
    inDirection(order.columns, direction),
    page,
  );
}

/** The images that match a filter, for counting and for orders that have no index. */
function sourceOf(filter: ImageFilter): Source {
  const where = conditionsOf(filter);
  if (filter.finding === undefined) return { from: 'images', where };
  const ofFinding = {
    sql: 'finding_images.finding = (SELECT id FROM findings WHERE key = ?)',
    values: [filter.finding],
  };
  return { from: 'finding_images JOIN images ON images.id = finding_images.image', where: [ofFinding, ...where] };
}

/**
 * Sorts the images that match a filter. Used for findings and lists of ids, which are small compared with the data set.
 */
function findSorted(
  catalog: Catalog,
  filter: ImageFilter,
  by: ImageSort['by'],
  descending: boolean,
  page: Page,
): Found[] {
  const ofFinding = filter.finding !== undefined;
  const columns = by !== 'value' ? orders[by].columns : ofFinding ? ['finding_images.position'] : orders.path.columns;
  const order = columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'} NULLS LAST`).join(', ');
  return find(catalog, sourceOf(filter), order, page, ofFinding ? 'finding_images.value' : 'NULL');
}

/**
 * One page of images and their total number. Images without the measure used for sorting come last in both directions.
 * `value` sorts a filter by finding in the order of the finding (worst first unless descending); without such a filter
 * it sorts by path.
 */
export function listImages(
  catalog: Catalog,
  filter: ImageFilter,
  sort: ImageSort,
  page: Page,
): { total: number; items: ImageCard[] } {
  const { by, descending } = sort;
  const total = count(catalog, sourceOf(filter));
  if (page.offset >= total) return { total, items: [] };
  const small = filter.finding !== undefined || filter.ids !== undefined;
  const found = small
    ? findSorted(catalog, filter, by, descending, page)
    : findInIndex(catalog, conditionsOf(filter), orders[by === 'value' ? 'path' : by], descending, page, total);
  const cards = getCards(
    catalog,
    found.map((row) => row.id),
  );
  return {
    total,
    items: found.flatMap((row) => (cards.has(row.id) ? { ...cards.get(row.id)!, value: row.value } : [])),
  };
}

/** All images that match a filter: those of a finding worst first with their values, otherwise in path order. */
export function listIds(catalog: Catalog, filter: ImageFilter): Found[] {
  return findSorted(catalog, filter, filter.finding === undefined ? 'path' : 'value', false, { offset: 0, limit: -1 });
}

/** What training needs to know about each readable image, in path order (code points). */
export function readableImages(
  catalog: Catalog,
): { id: number; path: string; className: string; split: string | null; width: number; height: number }[] {
  return catalog.db
    .prepare<[], { id: number; path: string; className: string; split: string | null; width: number; height: number }>(
      'SELECT id, path, class_name AS className, split, width, height FROM images WHERE class_name IS NOT NULL AND state = 1 AND format IS NOT NULL ORDER BY path',
    )
    .all();
}
