/**
 * The store of one data set: the index, which can be rebuilt from the folder, and in a second file the user's
 * decisions, which cannot.
 */
import type { Database } from 'better-sqlite3';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { DatasetId } from '../../contract/model/dataset';
import { openDatabase } from './database';
import decisions0001 from './decisions-migrations/0001_initial.sql?raw';
import decisions0002 from './decisions-migrations/0002_review.sql?raw';
import decisions0003 from './decisions-migrations/0003_recipe.sql?raw';
import decisions0004 from './decisions-migrations/0004_chosen_columns.sql?raw';
import decisions0005 from './decisions-migrations/0005_class_acts.sql?raw';
import decisions0006 from './decisions-migrations/0006_moves.sql?raw';
import decisions0007 from './decisions-migrations/0007_act_sources.sql?raw';
import decisions0008 from './decisions-migrations/0008_reviewers.sql?raw';
import decisions0009 from './decisions-migrations/0009_remarks.sql?raw';
import decisions0010 from './decisions-migrations/0010_saved_views.sql?raw';
import decisions0011 from './decisions-migrations/0011_reading_variants.sql?raw';
import catalog0001 from './migrations/0001_initial.sql?raw';
import catalog0002 from './migrations/0002_labels.sql?raw';
import catalog0003 from './migrations/0003_collapse.sql?raw';
import catalog0004 from './migrations/0004_embedding.sql?raw';
import catalog0005 from './migrations/0005_skip_reasons.sql?raw';
import catalog0006 from './migrations/0006_image_embeddings.sql?raw';
import catalog0007 from './migrations/0007_true_classes.sql?raw';
import catalog0008 from './migrations/0008_any_probe.sql?raw';
import catalog0009 from './migrations/0009_value_ranges.sql?raw';
import catalog0010 from './migrations/0010_folder_reading.sql?raw';
import catalog0011 from './migrations/0011_reading_notes.sql?raw';
import catalog0012 from './migrations/0012_own_classes.sql?raw';
import catalog0013 from './migrations/0013_orders.sql?raw';
import catalog0014 from './migrations/0014_reading_splits.sql?raw';
import catalog0015 from './migrations/0015_measure_orders.sql?raw';
import catalog0016 from './migrations/0016_reading_variants.sql?raw';
import catalog0017 from './migrations/0017_similarity.sql?raw';
import catalog0018 from './migrations/0018_watched_folder.sql?raw';

export const catalogMigrations = [
  catalog0001,
  catalog0002,
  catalog0003,
  catalog0004,
  catalog0005,
  catalog0006,
  catalog0007,
  catalog0008,
  catalog0009,
  catalog0010,
  catalog0011,
  catalog0012,
  catalog0013,
  catalog0014,
  catalog0015,
  catalog0016,
  catalog0017,
  catalog0018,
] as const;
export const decisionsMigrations = [
  decisions0001,
  decisions0002,
  decisions0003,
  decisions0004,
  decisions0005,
  decisions0006,
  decisions0007,
  decisions0008,
  decisions0009,
  decisions0010,
  decisions0011,
] as const;

export interface Catalog {
  readonly id: DatasetId;
  readonly root: string;
  readonly file: string;
  readonly decisionsFile: string;
  /** Only modules in this folder use these two. */
  readonly db: Database;
  readonly decisions: Database;
  /** Set when a damaged index was set aside while opening: the message for the user. */
  readonly rebuilt: PlumblineError | null;
}

export interface CatalogFolders {
  readonly cache: string;
  readonly data: string;
}

export function catalogFile(folders: CatalogFolders, id: DatasetId): string {
  return join(folders.cache, 'datasets', id, 'index.sqlite');
}

function decisionsFile(folders: CatalogFolders, id: DatasetId): string {
  return join(folders.data, 'datasets', id, 'decisions.sqlite');
}

/**
 * Renames a damaged index, so that the latest one can be inspected. Deletes its log files, which are useless without
 * it.
 */
export function setAside(file: string): string {
  const aside = `${file}.broken`;
  rmSync(aside, { force: true });
  renameSync(file, aside);
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  return aside;
}

function openIndex(file: string): { db: Database; rebuilt: PlumblineError | null } {
  const what = 'the index of this data set';
  try {
    return { db: openDatabase(file, catalogMigrations, what), rebuilt: null };
  } catch (error) {
    if (!(error instanceof PlumblineError) || error.code !== 'catalog-broken') throw error;
    const aside = setAside(file);
    const message = `The index of this data set was damaged. It was set aside as ${aside} and is being rebuilt from the folder. Your decisions are stored separately and are not affected.`;
    return {
      db: openDatabase(file, catalogMigrations, what),
      rebuilt: new PlumblineError('catalog-broken', message, { details: { file, aside }, cause: error }),
    };
  }
}

/**
 * Opens or creates the store of a data set. A damaged index is set aside and rebuilt; a damaged decisions file is an
 * error.
 * @param root the real path of the folder, or null for a data set that must already have an index
 * @throws PlumblineError not-found, catalog-newer, catalog-broken, cache-unwritable, disk-full, busy
 */
export function openCatalog(folders: CatalogFolders, id: DatasetId, root: string | null): Catalog {
  const file = catalogFile(folders, id);
  if (root === null && !existsSync(file))
    throw new PlumblineError('not-found', 'This data set has no index yet; open its folder.', {
      details: { dataset: id },
    });
  const { db, rebuilt } = openIndex(file);
  try {
    if (root !== null) db.prepare('INSERT INTO dataset (id, root) VALUES (1, ?) ON CONFLICT DO NOTHING').run(root);
    const row = db.prepare<[], { root: string }>('SELECT root FROM dataset').get();
    if (!row)
      throw new PlumblineError('not-found', 'The index of this data set has to be rebuilt; open its folder.', {
        details: { dataset: id },
      });
    const decided = decisionsFile(folders, id);
    const decisions = openDatabase(decided, decisionsMigrations, 'your decisions on this data set');
    // After a power cut the index can be rebuilt, but decisions cannot.
    decisions.pragma('synchronous = FULL');
    return { id, root: row.root, file, decisionsFile: decided, db, decisions, rebuilt };
  } catch (error) {
    db.close();
    throw error;
  }
}

export function closeCatalog(catalog: Catalog): void {
  catalog.db.close();
  catalog.decisions.close();
}

/** Must be called after every change that a window may show. */
export function bumpRevision(catalog: Catalog): number {
  return catalog.db
    .prepare<[], { revision: number }>('UPDATE dataset SET revision = revision + 1 RETURNING revision')
    .get()!.revision;
}

/** Deletes everything about this data set that can be rebuilt. Decisions stay. */
export function deleteIndex(folders: CatalogFolders, id: DatasetId): void {
  const file = catalogFile(folders, id);
  for (const suffix of ['', '-wal', '-shm', '.broken']) rmSync(file + suffix, { force: true });
}
