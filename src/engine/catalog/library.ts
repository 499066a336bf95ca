/** The list of data sets that were opened: a small file in the user's data folder. */
import type { Database } from 'better-sqlite3';
import { join } from 'node:path';
import type { DatasetId } from '../../contract/model/dataset';
import type { CatalogFolders } from './catalog';
import { openDatabase } from './database';
import library0001 from './library-migrations/0001_initial.sql?raw';

export const libraryMigrations = [library0001] as const;

export interface Library {
  readonly db: Database;
}

export interface RecentRow {
  readonly id: DatasetId;
  readonly name: string;
  readonly root: string;
  readonly images: number;
  readonly classes: number;
  readonly openedAt: number;
}

/** @throws PlumblineError catalog-newer, catalog-broken, cache-unwritable, disk-full, busy */
export function openLibrary(folders: CatalogFolders): Library {
  return { db: openDatabase(join(folders.data, 'library.sqlite'), libraryMigrations, 'the list of your data sets') };
}

/** Newest first. */
export function listRecents(library: Library): RecentRow[] {
  return library.db
    .prepare<[], RecentRow>(
      'SELECT id, name, root, images, classes, opened_at AS openedAt FROM recents ORDER BY opened_at DESC, id LIMIT 100',
    )
    .all();
}

export function findRecent(library: Library, id: DatasetId): RecentRow | null {
  return (
    library.db
      .prepare<[string], RecentRow>(
        'SELECT id, name, root, images, classes, opened_at AS openedAt FROM recents WHERE id = ?',
      )
      .get(id) ?? null
  );
}

export function rememberRecent(library: Library, recent: RecentRow): void {
  library.db
    .prepare(
      `INSERT INTO recents (id, name, root, images, classes, opened_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, root = excluded.root, images = excluded.images, classes = excluded.classes, opened_at = excluded.opened_at`,
    )
    .run(recent.id, recent.name, recent.root, recent.images, recent.classes, recent.openedAt);
}

export function forgetRecent(library: Library, id: DatasetId): void {
  library.db.prepare('DELETE FROM recents WHERE id = ?').run(id);
}
