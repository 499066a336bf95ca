/** Questions about single images and pages of them. */
import { PlumblineError } from '../../contract/errors';
import type { ImageCard, ImageFilter, ImageRecord, ImageSort, UnreadableCode } from '../../contract/model';
import type { Catalog } from './catalog';
import { recordColumns, recordOf, type ImageRow } from './records';

const noImage = (image: number) => new PlumblineError('not-found', 'This image is no longer part of the data set.', { details: { image } });

/** @throws PlumblineError not-found */
export function getImage(catalog: Catalog, image: number): ImageRecord {
  const row = catalog.db.prepare<[number], ImageRow>(`SELECT ${recordColumns} FROM images WHERE id = ? AND class_name IS NOT NULL`).get(image);
  if (!row) throw noImage(image);
  return recordOf(row);
}

/** Where an image's file is, relative to the root. @throws PlumblineError not-found */
export function locate(catalog: Catalog, image: number): { path: string; raw: Buffer | null } {
  const row = catalog.db.prepare<[number], { path: string; raw: Buffer | null }>('SELECT path, raw_path AS raw FROM images WHERE id = ? AND class_name IS NOT NULL').get(image);
  if (!row) throw noImage(image);
  return row;
}

/** The stored WebP thumbnail. @throws PlumblineError not-found for an image without pixels */
export function getThumbnail(catalog: Catalog, image: number): Uint8Array {
  const data = catalog.db.prepare<[number], Buffer>('SELECT data FROM thumbnails WHERE image = ?').pluck().get(image);
  if (!data) throw new PlumblineError('not-found', 'This image has no thumbnail.', { details: { image } });
  return data;
}

interface CardRow {
  id: number; path: string; class_name: string; split: string | null; width: number | null; height: number | null;
  unreadable_code: UnreadableCode | null; unreadable_reason: string | null; value: number | null;
}

const cardColumns = 'images.id, images.path, images.class_name, images.split, images.width, images.height, images.unreadable_code, images.unreadable_reason';

function cardOf(row: CardRow): ImageCard {
  return {
    id: row.id, path: row.path, className: row.class_name, split: row.split, width: row.width, height: row.height,
    unreadable: row.unreadable_code === null ? null : { code: row.unreadable_code, reason: row.unreadable_reason ?? '' }, value: row.value,
  };
}

/** Cards of these images by id; unknown ids are absent. */
export function getCards(catalog: Catalog, ids: readonly number[]): Map<number, ImageCard> {
  const rows = catalog.db.prepare<[string], CardRow>(
    `SELECT ${cardColumns}, NULL AS value FROM images WHERE id IN (SELECT value FROM json_each(?)) AND class_name IS NOT NULL`).all(JSON.stringify(ids));
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
  if (filter.unreadable !== undefined) conditions.push({ sql: filter.unreadable ? 'images.state = 2' : 'images.state <> 2', values: [] });
  if (filter.text) conditions.push({ sql: `images.path LIKE ? ESCAPE '\\'`, values: [`%${filter.text.replace(/[\\%_]/g, '\\$&')}%`] });
  if (filter.ids) conditions.push({ sql: 'images.id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(filter.ids)] });
  if (filter.cell) {
    const { probe, given, predicted } = filter.cell;
    conditions.push({ sql: 'images.id IN (SELECT image FROM probe_outputs WHERE kind = ? AND given = ? AND predicted = ?)', values: [probe, given, predicted] });
  }
  return conditions;
}

const orders: Record<Exclude<ImageSort['by'], 'value'>, { index: string; columns: string[] }> = {
  path: { index: 'images_by_path', columns: ['images.path'] },
  class: { index: 'images_by_class', columns: ['images.class_name', 'images.path'] },
  width: { index: 'images_by_width', columns: ['images.width', 'images.id'] },
  bytes: { index: 'images_by_bytes', columns: ['images.bytes', 'images.id'] },
  brightness: { index: 'images_by_brightness', columns: ['images.brightness', 'images.id'] },
  entropy: { index: 'images_by_entropy', columns: ['images.entropy', 'images.id'] },
  sharpness: { index: 'images_by_sharpness', columns: ['images.laplacian_variance', 'images.id'] },
};

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/**
 * One page of images and how many there are in all. Images without the measure that is sorted by come last either way.
 * A filter by finding sorts by that finding's values with `value` (its own order, worst first, when not descending).
 */
export function listImages(catalog: Catalog, filter: ImageFilter, sort: ImageSort, page: Page): { total: number; items: ImageCard[] } {
  const conditions = conditionsOf(filter);
  const ofFinding = filter.finding !== undefined;
  if (filter.finding !== undefined) conditions.push({ sql: 'finding_images.finding = (SELECT id FROM findings WHERE key = ?)', values: [filter.finding] });
  const where = conditions.map((condition) => condition.sql).join(' AND ');
  const values = conditions.flatMap((condition) => condition.values);
  const byValue = sort.by === 'value';
  const order = orders[sort.by === 'value' ? 'path' : sort.by];
  // The planner must not trade the ordered index for a filter's: with the order given, a page stops early.
  const source = ofFinding ? 'finding_images JOIN images ON images.id = finding_images.image' : filter.ids ? 'images' : `images INDEXED BY ${order.index}`;
  const direction = sort.descending ? 'DESC' : 'ASC';
  const orderBy = ofFinding && byValue ? `finding_images.position ${direction}` : order.columns.map((column, i) => `${column} ${direction}${i === 0 && order.columns[1] === 'images.id' ? ' NULLS LAST' : ''}`).join(', ');
  const total = catalog.db.prepare<Value[], number>(`SELECT count(*) FROM ${ofFinding ? source : 'images'} WHERE ${where}`).pluck().get(...values)!;
  const value = ofFinding ? 'finding_images.value' : 'NULL';
  const ids = catalog.db.prepare<Value[], { id: number; value: number | null }>(
    `SELECT images.id AS id, ${value} AS value FROM ${source} WHERE ${where} ORDER BY ${orderBy} LIMIT ? OFFSET ?`).all(...values, page.limit, page.offset);
  const cards = getCards(catalog, ids.map((row) => row.id));
  return { total, items: ids.flatMap((row) => cards.has(row.id) ? { ...cards.get(row.id)!, value: row.value } : []) };
}

/** All images that pass a filter: of a finding worst first with its values, else in path order. */
export function listIds(catalog: Catalog, filter: ImageFilter): { id: number; value: number | null }[] {
  const ofFinding = filter.finding !== undefined;
  const conditions = conditionsOf(filter);
  if (filter.finding !== undefined) conditions.push({ sql: 'finding_images.finding = (SELECT id FROM findings WHERE key = ?)', values: [filter.finding] });
  const source = ofFinding ? 'finding_images JOIN images ON images.id = finding_images.image' : 'images';
  return catalog.db.prepare<Value[], { id: number; value: number | null }>(
    `SELECT images.id AS id, ${ofFinding ? 'finding_images.value' : 'NULL'} AS value FROM ${source}
      WHERE ${conditions.map((condition) => condition.sql).join(' AND ')} ORDER BY ${ofFinding ? 'finding_images.position' : 'images.path'}`,
  ).all(...conditions.flatMap((condition) => condition.values));
}
