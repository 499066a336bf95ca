/**
 * What a pretrained network computed from images, kept by content: the same content is computed once, under any name,
 * and again only for another network or another side.
 */
import { halfBytesOf, halvesOf } from './blobs';
import type { Catalog } from './catalog';

export interface EmbeddingSource {
  /** Names the network, its outputs and how pictures are fed to it. */
  readonly network: string;
  /** Side in pixels of the square that it is given. */
  readonly side: number;
}

/** A content that has no values yet, with one file that holds it. */
export interface UnembeddedContent {
  readonly sha256: string;
  readonly path: string;
  readonly raw: Buffer | null;
}

/** Of these images (ids), the contents without values, each once, in path order. */
export function missingEmbeddings(
  catalog: Catalog,
  { network, side }: EmbeddingSource,
  images: Int32Array,
): UnembeddedContent[] {
  return catalog.db
    .prepare<[string, string, number], UnembeddedContent>(
      `SELECT sha256, min(path) AS path, raw_path AS raw FROM images
      WHERE id IN (SELECT value FROM json_each(?)) AND sha256 IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM image_embeddings AS known
          WHERE known.network = ? AND known.side = ? AND known.sha256 = images.sha256)
      GROUP BY sha256 ORDER BY min(path)`,
    )
    .all(JSON.stringify([...images]), network, side);
}

/**
 * The contents of these images (ids), each once, with a file that holds it and the images that have it; in the order of
 * the images.
 */
export function contentFiles(
  catalog: Catalog,
  images: Int32Array,
): (UnembeddedContent & { readonly ids: readonly number[] })[] {
  const place = new Map(Array.from(images, (image, i) => [image, i]));
  const first = ({ ids }: { readonly ids: readonly number[] }): number => Math.min(...ids.map((id) => place.get(id)!));
  return catalog.db
    .prepare<[string], UnembeddedContent & { readonly all: string }>(
      `SELECT sha256, min(path) AS path, raw_path AS raw, json_group_array(id) AS "all" FROM images
      WHERE id IN (SELECT value FROM json_each(?)) AND sha256 IS NOT NULL
      GROUP BY sha256`,
    )
    .all(JSON.stringify([...images]))
    .map(({ all, ...content }) => ({ ...content, ids: JSON.parse(all) as number[] }))
    .sort((a, b) => first(a) - first(b));
}

/** @param values contents × width, row-major; kept with 11 significant bits */
export function storeEmbeddings(
  catalog: Catalog,
  { network, side }: EmbeddingSource,
  contents: readonly string[],
  values: Float32Array,
): void {
  const add = catalog.db.prepare(
    'INSERT OR REPLACE INTO image_embeddings (network, side, sha256, data) VALUES (?, ?, ?, ?)',
  );
  const width = values.length / contents.length;
  catalog.db.transaction(() => {
    contents.forEach((sha256, i) => {
      add.run(network, side, sha256, halfBytesOf(values.subarray(i * width, (i + 1) * width)));
    });
  })();
}

/**
 * The values of these images (ids) in their order.
 * @param width numbers of each image
 * @returns images × width, row-major; a row of NaN for an image without values
 */
export function embeddingsOf(
  catalog: Catalog,
  { network, side }: EmbeddingSource,
  images: Int32Array,
  width: number,
): Float32Array {
  const values = new Float32Array(images.length * width).fill(NaN);
  const find = catalog.db
    .prepare<[string, number, number], Buffer>(
      `SELECT data FROM image_embeddings WHERE network = ? AND side = ?
      AND sha256 = (SELECT sha256 FROM images WHERE id = ?)`,
    )
    .pluck();
  images.forEach((image, i) => {
    const data = find.get(network, side, image);
    if (data) values.set(halvesOf(data), i * width);
  });
  return values;
}

/** The hash of each of these images (ids), in their order. */
export function contentsOf(catalog: Catalog, images: Int32Array): string[] {
  const find = catalog.db.prepare<[number], string>('SELECT sha256 FROM images WHERE id = ?').pluck();
  return Array.from(images, (image) => find.get(image)!);
}

/** Forgets the values of all networks whose name begins with these letters. */
export function forgetEmbeddings(catalog: Catalog, prefix: string): void {
  catalog.db.prepare('DELETE FROM image_embeddings WHERE substr(network, 1, ?) = ?').run(prefix.length, prefix);
}

/** Bytes of values that are kept in memory, because the search for look-alikes reads each row three times. */
const KEPT_BYTES = 32_000_000;

/** Values of single images, read when they are needed. */
export interface StoredEmbeddings {
  /** Changes with the network, the side and the number of contents that have values. */
  readonly key: string;
  /** Whether they come from a network of the user, which has one output. */
  readonly ofUser: boolean;
  /** Numbers of each image. */
  readonly width: number;
  /** Values of an image (id), or null if it has none. */
  readonly row: (image: number) => ArrayLike<number> | null;
}

/** The names of the user's own networks begin with this, those of the built-in one do not. */
export const USER_NETWORK = 'user-network ';

/** Sources of the user's networks that are kept, the newest ones, so that networks can be compared. */
const USER_NETWORKS_KEPT = 3;

/**
 * The values of the network and the side that nine tenths of the contents have; null if there is none. The built-in
 * network comes before those of the user. The user's own embeddings, which have no side, are not used.
 */
export function storedEmbeddings(catalog: Catalog): StoredEmbeddings | null {
  const most = catalog.db
    .prepare<[], EmbeddingSource & { readonly contents: number; readonly bytes: number }>(
      `SELECT network, side, count(*) AS contents, max(length(data)) AS bytes FROM image_embeddings
      WHERE side > 0 AND sha256 IN (SELECT sha256 FROM images WHERE sha256 IS NOT NULL)
      GROUP BY network, side
      HAVING contents >= 0.9 * (SELECT count(DISTINCT sha256) FROM images WHERE sha256 IS NOT NULL AND state = 1)
      ORDER BY substr(network, 1, ${USER_NETWORK.length}) = '${USER_NETWORK}', contents DESC, network, side LIMIT 1`,
    )
    .get();
  if (most === undefined) return null;
  const { network, side, contents, bytes } = most;
  const find = catalog.db
    .prepare<[string, number, number], Buffer>(
      `SELECT data FROM image_embeddings WHERE network = ? AND side = ?
      AND sha256 = (SELECT sha256 FROM images WHERE id = ?)`,
    )
    .pluck();
  const kept = new Map<number, Float16Array | null>();
  return {
    key: `${network} ${side} ${contents}`,
    ofUser: network.startsWith(USER_NETWORK),
    width: bytes / Float16Array.BYTES_PER_ELEMENT,
    row: (image) => {
      const known = kept.get(image);
      if (known !== undefined) return known;
      const data = find.get(network, side, image);
      const row = data ? halvesOf(data) : null;
      if (kept.size * bytes < KEPT_BYTES) kept.set(image, row);
      return row;
    },
  };
}

/**
 * Forgets the values that this source replaces, and those of contents that the data set no longer has. The built-in
 * network replaces its other versions and sides; a network of the user the oldest ones.
 */
export function pruneEmbeddings(catalog: Catalog, { network, side }: EmbeddingSource): void {
  const { db } = catalog;
  const sources = db
    .prepare<[], EmbeddingSource>(
      'SELECT network, side FROM image_embeddings WHERE side > 0 GROUP BY network, side ORDER BY max(rowid) DESC',
    )
    .all();
  const ofUser = network.startsWith(USER_NETWORK);
  const alike = sources.filter((one) => one.network.startsWith(USER_NETWORK) === ofUser);
  const replaced = ofUser
    ? alike.slice(USER_NETWORKS_KEPT)
    : alike.filter((one) => one.network !== network || one.side !== side);
  const forget = db.prepare('DELETE FROM image_embeddings WHERE network = ? AND side = ?');
  db.transaction(() => {
    for (const one of replaced) forget.run(one.network, one.side);
    db.exec('DELETE FROM image_embeddings WHERE sha256 NOT IN (SELECT sha256 FROM images WHERE sha256 IS NOT NULL)');
  })();
}
