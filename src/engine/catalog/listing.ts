/** What the scan saw beside the images, and the splits in the order everything shows them. */
import type { Listing } from '../../core/checks/check';
import { orderSplits } from '../../core/dataset/order';
import type { Catalog } from './catalog';

export type OtherKind = 'hidden' | 'other' | 'unlabelled';

export interface OtherFile {
  readonly path: string;
  readonly kind: OtherKind;
  /** What it is counted under: an extension, ".DS_Store", "folder without permission", … */
  readonly label: string;
}

export function listing(catalog: Catalog): Listing {
  const otherFiles = catalog.db.prepare<[], string>('SELECT path FROM other_files ORDER BY path').pluck().all();
  const empty = catalog.db
    .prepare<[], { class_name: string; split: string }>(
      'SELECT class_name, split FROM empty_classes ORDER BY class_name, split',
    )
    .all();
  return {
    otherFiles,
    emptyClasses: empty.map((row) => ({ className: row.class_name, split: row.split === '' ? null : row.split })),
  };
}

/** train, val, test first, then others by name; empty where the layout has none. */
export function orderedSplits(catalog: Catalog): string[] {
  const rows = catalog.db
    .prepare<[], string>(
      `SELECT DISTINCT split FROM images WHERE class_name IS NOT NULL AND split IS NOT NULL
    UNION SELECT split FROM empty_classes WHERE split <> ''`,
    )
    .pluck()
    .all();
  return orderSplits(rows);
}

/** Replaces the listing; paths are unique. */
export function replaceListing(
  catalog: Catalog,
  others: readonly OtherFile[],
  emptyClasses: Listing['emptyClasses'],
): void {
  const { db } = catalog;
  const addOther = db.prepare('INSERT OR REPLACE INTO other_files (path, kind, label) VALUES (?, ?, ?)');
  const addEmpty = db.prepare('INSERT OR REPLACE INTO empty_classes (class_name, split) VALUES (?, ?)');
  db.transaction(() => {
    db.exec('DELETE FROM other_files; DELETE FROM empty_classes;');
    for (const other of others) addOther.run(other.path, other.kind, other.label);
    for (const empty of emptyClasses) addEmpty.run(empty.className, empty.split ?? '');
  })();
}

/** Passed-over files counted by kind and label, most first. */
export function countOthers(catalog: Catalog): { kind: OtherKind; label: string; count: number }[] {
  return catalog.db
    .prepare<[], { kind: OtherKind; label: string; count: number }>(
      'SELECT kind, label, count(*) AS count FROM other_files GROUP BY kind, label ORDER BY count DESC, label',
    )
    .all();
}
