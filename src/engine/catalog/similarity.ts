/** The order of the images by their similarity to some of them, from the embedding of the last probe. */
import type { SimilarityState } from '../../contract/model/labels';
import { meanRow, nearestFirst, in16Bits, scaleFor16Bits, squaredDistancesTo } from '../../core/labels/similarity';
import { bytesOf, integersOf, shortsOf } from './blobs';
import type { Catalog } from './catalog';

/** Rows of each block. */
const BLOCK = 4000;
/** How many of the most similar images are looked through first, and then if too few of them match. */
const FIRST = [1250, 10_000] as const;

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

/** Ids of these images, without those that have no place: the place of a deleted image is deleted, its row is not. */
function placedIds(catalog: Catalog, paths: readonly string[]): Set<number> {
  return new Set(
    catalog.db
      .prepare<[string], number>(
        'SELECT id FROM images WHERE path IN (SELECT value FROM json_each(?)) AND class_name IS NOT NULL AND EXISTS (SELECT 1 FROM embeddings WHERE image = images.id)',
      )
      .pluck()
      .all(JSON.stringify(paths)),
  );
}

/** The images of each block, in the order in which all blocks are ranked. */
function blocksOf(catalog: Catalog): { readonly id: number; readonly images: Int32Array }[] {
  return catalog.db
    .prepare<[], { id: number; images: Buffer }>('SELECT id, images FROM similarity_blocks ORDER BY id')
    .all()
    .map(({ id, images }) => ({ id, images: integersOf(images) }));
}

/** The mean place of these images; null if none of them is in a block. */
function pointOf(
  catalog: Catalog,
  wanted: ReadonlySet<number>,
  blocks: ReturnType<typeof blocksOf>,
): Float64Array | null {
  const place = catalog.db
    .prepare<[number, number], Buffer>(
      'SELECT substr(data, 1 + ? * dimensions * 2, dimensions * 2) FROM similarity_blocks WHERE id = ?',
    )
    .pluck();
  const found: Int16Array[] = [];
  for (const { id, images } of blocks)
    images.forEach((image, i) => {
      if (wanted.has(image)) found.push(shortsOf(place.get(i, id)!));
    });
  return found.length === 0 ? null : meanRow(found);
}

/** Bytes of places that stay in memory, because reading them takes longer than comparing them. */
const KEPT_BYTES = 32_000_000;

interface KeptPlaces {
  /** Which blocks these are: a new set of blocks has new ids. */
  readonly stored: string;
  readonly rows: Map<number, Int16Array>;
  bytes: number;
}

const kept = new WeakMap<Catalog, KeptPlaces>();

/** Reads the places of a block, the first ones only once. */
function placesOf(catalog: Catalog, stored: string): (block: number) => Int16Array {
  const before = kept.get(catalog);
  const now = before?.stored === stored ? before : { stored, rows: new Map<number, Int16Array>(), bytes: 0 };
  kept.set(catalog, now);
  const data = catalog.db.prepare<[number], Buffer>('SELECT data FROM similarity_blocks WHERE id = ?').pluck();
  return (block) => {
    const known = now.rows.get(block);
    if (known !== undefined) return known;
    const rows = shortsOf(data.get(block)!);
    if (now.bytes + rows.byteLength <= KEPT_BYTES) {
      now.rows.set(block, rows);
      now.bytes += rows.byteLength;
    }
    return rows;
  };
}

/** All images that the probe saw, with their distances; a negative one for those that the others are compared with. */
interface Ranking {
  readonly key: string;
  readonly images: Int32Array;
  readonly distances: Float64Array;
  /** Ids of the nearest images, as many as were asked for, in their order. */
  nearest: Int32Array;
}

/** The last ranking of each catalog, because a page and its total are asked for one after the other. */
const remembered = new WeakMap<Catalog, Ranking>();

/** The images by their similarity to the mean of some images. */
function rankingOf(catalog: Catalog, paths: readonly string[]): Ranking {
  const wanted = placedIds(catalog, paths);
  const stored = catalog.db
    .prepare<[], string>(`SELECT min(id) || ' ' || max(id) FROM similarity_blocks`)
    .pluck()
    .get();
  const key = JSON.stringify([stored ?? null, [...wanted]]);
  const before = remembered.get(catalog);
  if (before?.key === key) return before;
  const ranking = { key, ...distancesTo(catalog, wanted, stored ?? ''), nearest: new Int32Array() };
  remembered.set(catalog, ranking);
  return ranking;
}

/** Ids of these images, then of the others, the most similar first. */
function nearestOf(ranking: Ranking, most: number): Int32Array {
  const { images, distances } = ranking;
  const wanted = Math.min(most, images.length);
  if (ranking.nearest.length < wanted) ranking.nearest = nearestFirst(distances, wanted).map((at) => images[at]!);
  return ranking.nearest.subarray(0, wanted);
}

function distancesTo(
  catalog: Catalog,
  wanted: ReadonlySet<number>,
  stored: string,
): Pick<Ranking, 'images' | 'distances'> {
  const blocks = blocksOf(catalog);
  const point = pointOf(catalog, wanted, blocks);
  if (point === null) return { images: new Int32Array(), distances: new Float64Array() };
  const total = blocks.reduce((sum, { images }) => sum + images.length, 0);
  const ids = new Int32Array(total);
  const distances = new Float64Array(total);
  const rowsIn = placesOf(catalog, stored);
  let from = 0;
  for (const { id, images } of blocks) {
    ids.set(images, from);
    squaredDistancesTo(point, rowsIn(id), distances.subarray(from, from + images.length));
    // Copies of an image are as near as the image itself.
    images.forEach((image, i) => {
      if (wanted.has(image)) distances[from + i] = -1;
    });
    from += images.length;
  }
  return { images: ids, distances };
}

/**
 * The images most similar to the mean of some images, the nearest first; none if no probe has seen them.
 * @param matching which images match the rest of the filter: of these (ids as JSON), or with null of all
 */
export function mostSimilar(
  catalog: Catalog,
  paths: readonly string[],
  most: number,
  matching: (ids: string | null) => readonly number[],
): number[] {
  const ranking = rankingOf(catalog, paths);
  for (const length of FIRST) {
    const first = [...nearestOf(ranking, length)];
    const matches = new Set(matching(JSON.stringify(first)));
    const found = first.filter((id) => matches.has(id));
    if (found.length >= most || first.length === ranking.images.length) return found.slice(0, most);
  }
  // With few matching images, it is faster to find them in the ranking than to test the whole ranking for a match.
  const all = new Set(matching(null));
  return [...nearestOf(ranking, ranking.images.length)].filter((id) => all.has(id)).slice(0, most);
}

/** Whether images similar to this one can be found. */
export function similarityState(catalog: Catalog, path: string): SimilarityState {
  const stored = catalog.db.prepare<[], number>('SELECT 1 FROM similarity_blocks LIMIT 1').pluck().get();
  if (stored === undefined) return 'no-probe';
  return placedIds(catalog, [path]).size > 0 ? 'known' : 'unseen';
}
