/** What the scan found besides images, and the splits in display order. */
import type { DatasetSummary, FolderReading, Skipped } from '../../contract/model/dataset';
import type { Listing } from '../../core/checks/check';
import { orderSplits } from '../../core/dataset/order';
import { classNameOf } from '../../core/review/class-names';
import type { Catalog } from './catalog';
import { storedClassNames } from './class-names';

export interface SkippedEntry extends Readonly<Skipped> {
  readonly path: string;
}

export function listing(catalog: Catalog): Listing {
  const otherFiles = catalog.db.prepare<[], string>('SELECT path FROM other_files ORDER BY path').pluck().all();
  const empty = catalog.db
    .prepare<[], { class_name: string; split: string }>(
      'SELECT class_name, split FROM empty_classes ORDER BY class_name, split',
    )
    .all();
  const reading = catalog.db.prepare<[], string | null>('SELECT reading FROM dataset').pluck().get();
  const contradicting = reading ? (JSON.parse(reading) as FolderReading).contradicting : [];
  return {
    otherFiles,
    emptyClasses: namedEmptyClasses(catalog, empty),
    ...(contradicting.length > 0 && { contradicting }),
  };
}

/** Paths of the images that have no label. */
export const unlabelledPaths = ({ db }: Catalog): string[] =>
  db.prepare<[], string>("SELECT path FROM other_files WHERE reason = 'no-label' ORDER BY path").pluck().all();

/** A class is not empty if another class with the same name has images there. */
function namedEmptyClasses(
  catalog: Catalog,
  rows: readonly { class_name: string; split: string }[],
): Listing['emptyClasses'] {
  const names = storedClassNames(catalog);
  const hasImages = catalog.db.prepare<[string, string]>(
    `SELECT 1 FROM images WHERE class_name = ? AND coalesce(split, '') = ? LIMIT 1`,
  );
  const empty = new Map<string, Listing['emptyClasses'][number]>();
  for (const { class_name: own, split } of rows) {
    const className = classNameOf(names, own);
    if (names.size === 0 || hasImages.get(className, split) === undefined)
      empty.set(JSON.stringify([className, split]), { className, split: split === '' ? null : split });
  }
  return [...empty.values()];
}

/** train, val and test first, then the others by name; empty when the layout has no splits. */
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

/** Replaces the listing. Paths are unique. */
export function replaceListing(
  catalog: Catalog,
  skipped: readonly SkippedEntry[],
  emptyClasses: Listing['emptyClasses'],
): void {
  const { db } = catalog;
  const addSkipped = db.prepare('INSERT OR REPLACE INTO other_files (path, reason, name) VALUES (?, ?, ?)');
  const addEmpty = db.prepare('INSERT OR REPLACE INTO empty_classes (class_name, split) VALUES (?, ?)');
  db.transaction(() => {
    db.exec('DELETE FROM other_files; DELETE FROM empty_classes;');
    for (const entry of skipped) addSkipped.run(entry.path, entry.reason, entry.name);
    for (const empty of emptyClasses) addEmpty.run(empty.className, empty.split ?? '');
  })();
}

/** Number of skipped entries by reason and name, largest first. */
export function countSkipped(catalog: Catalog): DatasetSummary['skipped'] {
  return catalog.db
    .prepare<[], DatasetSummary['skipped'][number]>(
      'SELECT reason, name, count(*) AS count FROM other_files GROUP BY reason, name ORDER BY count DESC, reason, name',
    )
    .all();
}
