/** The order of the images by their similarity to some of them, from where the last probe saw them. */
import type { SimilarityState } from '../../contract/model/labels';
import { meanRow, nearestFirst, in16Bits, scaleFor16Bits, squaredDistancesTo } from '../../core/labels/similarity';
import { bytesOf, integersOf } from './blobs';
import type { Catalog } from './catalog';

/** Rows of each block: what is in memory at once while the images are ranked. */
const BLOCK = 4000;
/** Images of the first query that looks for matches, the most similar ones; each further query takes more. */
const FIRST_CHUNK = 2000;
const GROWTH = 8;

/** The embedding of the images by a probe: images × dimensions, row-major. */
export interface Embedding {
  readonly values: Float32Array;
  readonly dimensions: number;
}

/** Replaces the stored places. Row i of the embedding belongs to `images[i]`. */
export function storeSimilarity({ db }: Catalog, images: Int32Array, { values, dimensions }: Embedding): void {
  const scale = scaleFor16Bits(values);
  const add = db.prepare('INSERT INTO similarity_blocks (dimensions, images, data) VALUES (?, ?, ?)');
  db.transaction(() => {
    db.exec('DELETE FROM similarity_blocks');
    for (let from = 0; from < images.length; from += BLOCK) {
      const rows = in16Bits(values.subarray(from * dimensions, (from + BLOCK) * dimensions), scale);
      add.run(dimensions, bytesOf(images.subarray(from, from + BLOCK)), bytesOf(rows));
    }
  })();
}

interface Block {
  readonly dimensions: number;
  readonly images: Buffer;
  readonly data: Buffer;
}

function* blocksOf(catalog: Catalog): Generator<{ images: Int32Array; dimensions: number; rows: Int16Array }> {
  const blocks = catalog.db.prepare<[], Block>('SELECT dimensions, images, data FROM similarity_blocks ORDER BY id');
  for (const { dimensions, images, data } of blocks.iterate())
    yield { images: integersOf(images), dimensions, rows: new Int16Array(Uint8Array.from(data).buffer) };
}

/** Ids of these images, without those that have no place: the place of a deleted image is deleted, its row is not. */
function placedIds(catalog: Catalog, paths: readonly string[]): Set<number> {
  return new Set(
    catalog.db
      .prepare<[string], number>(
        'SELECT id FROM images WHERE path IN (SELECT value FROM json_each(?)) AND class_name IS NOT NULL AND id IN (SELECT image FROM embeddings)',
      )
      .pluck()
      .all(JSON.stringify(paths)),
  );
}

function pointOf(catalog: Catalog, wanted: ReadonlySet<number>): Float64Array | null {
  const found: Int16Array[] = [];
  if (wanted.size === 0) return null;
  for (const { images, dimensions, rows } of blocksOf(catalog)) {
    images.forEach((image, i) => {
      if (wanted.has(image)) found.push(rows.slice(i * dimensions, (i + 1) * dimensions));
    });
    if (found.length === wanted.size) break;
  }
  return found.length === 0 ? null : meanRow(found);
}

interface Ranking {
  readonly key: string;
  readonly images: Int32Array;
}

/** The last ranking of each catalog, because a page and its total are asked for one after the other. */
const remembered = new WeakMap<Catalog, Ranking>();

/** Ids of all images that the probe saw: these images, then the others, the most similar to their mean first. */
function rankingOf(catalog: Catalog, paths: readonly string[]): Int32Array {
  const wanted = placedIds(catalog, paths);
  const stored = catalog.db
    .prepare<[], string>(`SELECT min(id) || ' ' || max(id) FROM similarity_blocks`)
    .pluck()
    .get();
  const key = JSON.stringify([stored ?? null, [...wanted]]);
  const before = remembered.get(catalog);
  if (before?.key === key) return before.images;
  const images = ranked(catalog, wanted);
  remembered.set(catalog, { key, images });
  return images;
}

function ranked(catalog: Catalog, wanted: ReadonlySet<number>): Int32Array {
  const point = pointOf(catalog, wanted);
  if (point === null) return new Int32Array();
  const ids: number[] = [];
  const distances: number[] = [];
  for (const { images, rows } of blocksOf(catalog)) {
    const near = squaredDistancesTo(point, rows);
    images.forEach((image, i) => {
      ids.push(image);
      // Copies of an image are as near as the image itself.
      distances.push(wanted.has(image) ? -1 : near[i]!);
    });
  }
  return nearestFirst(distances).map((at) => ids[at]!);
}

/**
 * The images most similar to the mean of some images, the nearest first; none if no probe has seen them.
 * @param matching which of these images (ids as JSON) match the rest of the filter
 */
export function mostSimilar(
  catalog: Catalog,
  paths: readonly string[],
  most: number,
  matching: (ids: string) => readonly number[],
): number[] {
  const ranking = rankingOf(catalog, paths);
  const found: number[] = [];
  for (let from = 0, size = FIRST_CHUNK; from < ranking.length && found.length < most; from += size, size *= GROWTH) {
    const part = [...ranking.subarray(from, from + size)];
    const matches = new Set(matching(JSON.stringify(part)));
    found.push(...part.filter((id) => matches.has(id)));
  }
  return found.slice(0, most);
}

/** Whether images similar to this one can be found. */
export function similarityState(catalog: Catalog, path: string): SimilarityState {
  const stored = catalog.db.prepare<[], number>('SELECT 1 FROM similarity_blocks LIMIT 1').pluck().get();
  if (stored === undefined) return 'no-probe';
  return rankingOf(catalog, [path]).length > 0 ? 'known' : 'unseen';
}
