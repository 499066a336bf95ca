/** Queries about single images and pages of images. */
import { PlumblineError } from '../../contract/errors';
import type { ImageCard, ImageRecord, UnreadableCode } from '../../contract/model/image';
import type { Remarks } from '../../contract/model/remarks';
import type { ImageFilter, ImageSort } from '../../contract/model/queries';
import { reviewVerdictSchema } from '../../contract/model/review';
import { latin } from '../../core/images/formats';
import type { Catalog } from './catalog';
import { readReview } from './decisions';
import { currentRemarks } from './remarks';
import {
  conditionsOf,
  decidedCondition,
  JUDGING_PROBE,
  suspectCondition,
  type Condition,
  type Value,
} from './image-filter';
import { mostSimilar } from './similarity';
import { storedMeasures, type StoredMeasure } from './measures';
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

const NOTE_SHOWN = 200;

function cardOf(row: CardRow, remarks: Remarks | undefined): ImageCard {
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
    ...(remarks && { remarks: { tags: remarks.tags, note: remarks.note?.slice(0, NOTE_SHOWN) ?? null } }),
  };
}

/** Cards of these images by id; unknown ids are left out. */
export function getCards(catalog: Catalog, ids: readonly number[]): Map<number, ImageCard> {
  const rows = catalog.db
    .prepare<[string], CardRow>(
      `SELECT ${cardColumns}, NULL AS value FROM images WHERE id IN (SELECT value FROM json_each(?)) AND class_name IS NOT NULL`,
    )
    .all(JSON.stringify(ids));
  const remarks = currentRemarks(catalog);
  return new Map(rows.map((row) => [row.id, cardOf(row, remarks.get(row.id))]));
}

interface Order {
  /** The FROM part. It names the index of the order, so that the planner does not use the index of a filter instead. */
  readonly from: string;
  /** Columns of the index; the last one is unique. */
  readonly columns: readonly string[];
  /** Images that have a value in this order, and those that have none and come last; null where all have one. */
  readonly parts: { readonly known: Condition; readonly unknown: Condition } | null;
  /** The first column for one image, where `from` is another table. */
  readonly imageValue?: string;
}

const plain = (sql: string): Condition => ({ sql, values: [] });
const fromIndex = (index: string) => `images INDEXED BY ${index}`;

/** Unreadable images have no measures, but a file size. */
function orderBy({ sql, index, known }: (typeof storedMeasures)[StoredMeasure]): Order {
  return {
    from: fromIndex(index),
    columns: [sql, 'images.id'],
    parts: known === '1' ? null : { known: plain(known), unknown: plain('images.state <> 1') },
  };
}

const measureOrders = Object.fromEntries(
  Object.entries(storedMeasures).map(([measure, place]) => [measure, orderBy(place)]),
) as Record<StoredMeasure, Order>;

const ofJudgingProbe = `SELECT image FROM probe_outputs WHERE kind = (${JUDGING_PROBE})`;

const orders: Record<Exclude<ImageSort['by'], 'value' | 'decided'>, Order> = {
  path: { from: fromIndex('images_by_path'), columns: ['images.path'], parts: null },
  class: { from: fromIndex('images_by_class'), columns: ['images.class_name', 'images.path'], parts: null },
  width: orderBy({ sql: 'width', index: 'images_by_width', known: 'width IS NOT NULL' }),
  ...measureOrders,
  suspicion: {
    from: 'label_verdicts INDEXED BY label_verdicts_by_wrong CROSS JOIN images ON images.id = label_verdicts.image',
    columns: ['label_verdicts.wrong', 'label_verdicts.image'],
    parts: { known: plain('1'), unknown: plain('images.id NOT IN (SELECT image FROM label_verdicts)') },
    imageValue: '(SELECT wrong FROM label_verdicts WHERE image = images.id)',
  },
  predicted: {
    from: 'probe_outputs INDEXED BY probe_outputs_by_prediction CROSS JOIN images ON images.id = probe_outputs.image',
    columns: ['probe_outputs.predicted', 'probe_outputs.image'],
    parts: {
      known: plain(`probe_outputs.kind = (${JUDGING_PROBE})`),
      unknown: plain(`images.id NOT IN (${ofJudgingProbe})`),
    },
    imageValue: `(SELECT predicted FROM probe_outputs WHERE kind = (${JUDGING_PROBE}) AND image = images.id)`,
  },
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

/** The images with a value in order, then those without one by path. The two are paged one after the other. */
function findInIndex(
  catalog: Catalog,
  where: readonly Condition[],
  { from, columns, parts }: Order,
  descending: boolean,
  page: Page,
  total: number,
): Found[] {
  const order = inDirection(columns, descending ? 'DESC' : 'ASC');
  const known = { from, where: parts === null ? where : [...where, parts.known] };
  const first = find(catalog, known, order, page);
  const reached = page.offset + first.length;
  if (parts === null || first.length === page.limit || reached === total) return first;
  const unknown = { from: fromIndex('images_by_path'), where: [...where, parts.unknown] };
  // Counting reads all images, so it is done only for a page that starts among those without a value.
  const offset = first.length > 0 || page.offset === 0 ? 0 : page.offset - count(catalog, known);
  return [...first, ...find(catalog, unknown, 'images.path', { offset, limit: page.limit - first.length })];
}

/** The decided images by the time of their decision, then the others by path. */
function findByDecision(catalog: Catalog, { from, where }: Source, descending: boolean, page: Page): Found[] {
  const { decisions } = readReview(catalog).binding;
  const withDecision = decidedCondition(catalog, reviewVerdictSchema.options);
  const all = { offset: 0, limit: -1 };
  const decided = find(catalog, { from, where: [...where, withDecision] }, 'images.path', all);
  const at = ({ id }: Found) => (decisions.get(id)?.at ?? 0) * (descending ? -1 : 1);
  const first = decided.sort((a, b) => at(a) - at(b)).slice(page.offset, page.offset + page.limit);
  const open = { from, where: [...where, decidedCondition(catalog, ['open'])] };
  return first.length === page.limit
    ? first
    : [
        ...first,
        ...find(catalog, open, 'images.path', {
          offset: Math.max(0, page.offset - decided.length),
          limit: page.limit - first.length,
        }),
      ];
}

/** Images that a filter by similarity shows. */
const MOST_SIMILAR = 1000;

/** A filter as a query, with the columns by which `value` sorts and the value of each image. */
interface FilterSource extends Source {
  readonly columns: readonly string[];
  readonly value: string;
}

/** The images that match a filter, for counting and for orders that have no index. */
function sourceOf(catalog: Catalog, filter: ImageFilter): FilterSource {
  if (filter.like !== undefined) return likeSource(catalog, filter);
  const where = conditionsOf(catalog, filter);
  if (filter.finding !== undefined) {
    const ofFinding = {
      sql: 'finding_images.finding = (SELECT id FROM findings WHERE key = ?)',
      values: [filter.finding],
    };
    return {
      from: 'finding_images JOIN images ON images.id = finding_images.image',
      where: [ofFinding, ...where],
      columns: ['finding_images.position'],
      value: 'finding_images.value',
    };
  }
  if (filter.suspect !== undefined)
    return {
      from: 'label_verdicts JOIN images ON images.id = label_verdicts.image',
      where: [suspectCondition(filter.suspect), ...where],
      columns: ['-label_verdicts.wrong', 'label_verdicts.image'],
      value: 'label_verdicts.wrong',
    };
  return { from: 'images', where, columns: orders.path.columns, value: 'NULL' };
}

/** The most similar images as a list of ids. It is cut before `ids`, which select among the images that are shown. */
function likeSource(catalog: Catalog, { like = [], ids, ...rest }: ImageFilter): FilterSource {
  const others = sourceOf(catalog, rest);
  const similar = mostSimilar(catalog, like, MOST_SIMILAR, (candidates) => {
    // With IN, the planner may read all places instead of looking up those of the candidates.
    const placed = plain('EXISTS (SELECT 1 FROM embeddings WHERE embeddings.image = images.id)');
    const among = { sql: 'images.id IN (SELECT value FROM json_each(?))', values: [candidates ?? ''] };
    const source = {
      from: others.from,
      where: [...others.where, placed, ...(candidates === null ? [] : [among])],
    };
    return catalog.db
      .prepare<Value[], number>(`SELECT images.id ${sqlOf(source)}`)
      .pluck()
      .all(...valuesOf(source));
  });
  const wanted = ids === undefined ? null : new Set(ids);
  const shown = wanted === null ? similar : similar.filter((id) => wanted.has(id));
  return {
    from: 'json_each AS alike CROSS JOIN images ON images.id = alike.value',
    where: [{ sql: 'alike.json = ?', values: [JSON.stringify(shown)] }],
    columns: ['alike.key'],
    value: 'NULL',
  };
}

const sortedColumns = ({ columns, imageValue }: Order): readonly string[] =>
  imageValue === undefined ? columns : [imageValue, 'images.id'];

/**
 * Sorts the images that match a filter. Used for findings and lists of ids, which are small compared with the data set.
 */
function findSorted(
  catalog: Catalog,
  source: FilterSource,
  by: Exclude<ImageSort['by'], 'decided'>,
  descending: boolean,
  page: Page,
): Found[] {
  const columns = by === 'value' ? source.columns : sortedColumns(orders[by]);
  const order = columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'} NULLS LAST`).join(', ');
  return find(catalog, source, order, page, source.value);
}

/**
 * One page of images and their total number. Images without the measure used for sorting come last in both directions.
 * `value` sorts a filter by similarity most similar first, and one by finding or by suspicious labels worst first (unless
 * descending); without such a filter it sorts by path.
 */
export function listImages(
  catalog: Catalog,
  filter: ImageFilter,
  sort: ImageSort,
  page: Page,
): { total: number; items: ImageCard[] } {
  const { by, descending } = sort;
  const source = sourceOf(catalog, filter);
  const total = count(catalog, source);
  if (page.offset >= total) return { total, items: [] };
  const small = [filter.like, filter.finding, filter.ids, filter.suspect].some((part) => part !== undefined);
  const found =
    by === 'decided'
      ? findByDecision(catalog, source, descending, page)
      : small
        ? findSorted(catalog, source, by, descending, page)
        : findInIndex(
            catalog,
            conditionsOf(catalog, filter),
            orders[by === 'value' ? 'path' : by],
            descending,
            page,
            total,
          );
  const cards = getCards(
    catalog,
    found.map((row) => row.id),
  );
  return {
    total,
    items: found.flatMap((row) => (cards.has(row.id) ? { ...cards.get(row.id)!, value: row.value } : [])),
  };
}

/**
 * The images that match a filter, all or one page: those of a finding or of suspicious labels worst first with their values, otherwise in
 * path order.
 */
export function listIds(catalog: Catalog, filter: ImageFilter, page: Page = { offset: 0, limit: -1 }): Found[] {
  return findSorted(catalog, sourceOf(catalog, filter), 'value', false, page);
}

export function countImages(catalog: Catalog, filter: ImageFilter): number {
  return count(catalog, sourceOf(catalog, filter));
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
