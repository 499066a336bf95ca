/** Updates the rows of images to match the result of a scan. */
import { setImmediate } from 'node:timers/promises';
import type { Unreadable, UnreadableCode } from '../../contract/model/image';
import { measureVersion } from '../../core/images/measure';
import { classNameOf } from '../../core/review/class-names';
import type { Catalog } from './catalog';
import { storedClassNames } from './class-names';

export interface ScannedImage {
  readonly path: string;
  readonly rawPath: Buffer | null;
  readonly extension: string;
  readonly bytes: number;
  readonly modified: number;
  /** The image's own class; null for an image without a label in this layout. */
  readonly ownClass: string | null;
  readonly split: string | null;
  /** Set when the scan already knows that the file cannot be read: a dead link, or a table row without a file. */
  readonly unreadable: Unreadable | null;
}

interface StoredImage {
  id: number;
  path: string;
  bytes: number;
  modified: number;
  own_class: string | null;
  split: string | null;
  state: number;
  measured_by: number;
  unreadable_code: UnreadableCode | null;
}

export interface ScanOutcome {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Number of rows that now wait to be measured. */
  readonly pending: number;
}

/** Problems that can disappear although the file does not change: such files are measured again at every scan. */
const PASSING: ReadonlySet<UnreadableCode> = new Set([
  'permission-denied',
  'vanished',
  'io-error',
  'broken-link',
  'link-loop',
]);

function isStale(row: StoredImage, image: ScannedImage): boolean {
  if (row.bytes !== image.bytes || row.modified !== image.modified) return true;
  return (
    row.state !== 0 &&
    (row.measured_by !== measureVersion(row.unreadable_code) ||
      (row.unreadable_code !== null && PASSING.has(row.unreadable_code)))
  );
}

/** Rows per transaction: few enough that the engine can answer requests in between. */
const SLICE = 1000;

function* slices<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += SLICE) yield items.slice(at, at + SLICE);
}

/**
 * Adds, changes and removes rows until they match. Facts of unchanged files stay, if the current version of the code
 * measured them. Written in slices: after an interruption, the rows written so far are right, and the next scan does
 * the rest.
 */
export async function reconcile(
  catalog: Catalog,
  images: readonly ScannedImage[],
  signal?: AbortSignal,
): Promise<ScanOutcome> {
  const { db } = catalog;
  const add =
    db.prepare(`INSERT INTO images (path, raw_path, own_class, class_name, split, extension, bytes, modified, state, measured_by, unreadable_code, unreadable_reason)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const relabel = db.prepare('UPDATE images SET own_class = ?, class_name = ?, split = ? WHERE id = ?');
  const renew =
    db.prepare(`UPDATE images SET bytes = ?, modified = ?, raw_path = ?, own_class = ?, class_name = ?, split = ?, state = ?, measured_by = ?, unreadable_code = ?, unreadable_reason = ?,
    sha256 = NULL, format = NULL, width = NULL, height = NULL, brightness = NULL, entropy = NULL, laplacian_variance = NULL WHERE id = ?`);
  const remove = db.prepare('DELETE FROM images WHERE id = ?');
  const dropPixels = [
    db.prepare('DELETE FROM thumbnails WHERE image = ?'),
    db.prepare('DELETE FROM rasters WHERE image = ?'),
  ];
  const stored = new Map(
    db
      .prepare<[], StoredImage>(
        'SELECT id, path, bytes, modified, own_class, split, state, measured_by, unreadable_code FROM images',
      )
      .all()
      .map((row) => [row.path, row]),
  );
  const names = storedClassNames(catalog);
  let [added, changed] = [0, 0];
  const bring = (image: ScannedImage) => {
    const { unreadable, ownClass } = image;
    const classes = [ownClass, ownClass === null ? null : classNameOf(names, ownClass)];
    const state = unreadable
      ? [2, measureVersion(unreadable.code), unreadable.code, unreadable.reason]
      : [0, 0, null, null];
    const row = stored.get(image.path);
    if (!row) {
      add.run(
        image.path,
        image.rawPath,
        ...classes,
        image.split,
        image.extension,
        image.bytes,
        image.modified,
        ...state,
      );
      added += 1;
      return;
    }
    stored.delete(image.path);
    const known =
      unreadable !== null &&
      row.unreadable_code === unreadable.code &&
      row.measured_by === measureVersion(unreadable.code);
    if (!known && (unreadable !== null || isStale(row, image))) {
      renew.run(image.bytes, image.modified, image.rawPath, ...classes, image.split, ...state, row.id);
      for (const drop of dropPixels) drop.run(row.id);
      changed += 1;
    } else if (row.own_class !== ownClass || row.split !== image.split) {
      relabel.run(...classes, image.split, row.id);
      changed += 1;
    }
  };
  const write = async <T>(items: readonly T[], one: (item: T) => void) => {
    for (const slice of slices(items)) {
      db.transaction(() => slice.forEach(one))();
      await setImmediate();
      signal?.throwIfAborted();
    }
  };
  await write(images, bring);
  const gone = [...stored.values()];
  await write(gone, (row) => remove.run(row.id));
  return { added, changed, removed: gone.length, pending: countPending(catalog) };
}

export function countPending(catalog: Catalog): number {
  return catalog.db
    .prepare<[], number>('SELECT count(*) FROM images WHERE state = 0 AND class_name IS NOT NULL')
    .pluck()
    .get()!;
}

export interface PendingImage {
  readonly id: number;
  readonly path: string;
  readonly raw_path: Buffer | null;
}

/** Up to `limit` rows that wait to be measured, ordered by id, with ids greater than `after`. */
export function pendingAfter(catalog: Catalog, after: number, limit: number): PendingImage[] {
  return catalog.db
    .prepare<[number, number], PendingImage>(
      'SELECT id, path, raw_path FROM images WHERE state = 0 AND class_name IS NOT NULL AND id > ? ORDER BY id LIMIT ?',
    )
    .all(after, limit);
}
