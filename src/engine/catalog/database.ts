/** Opens one SQLite file and brings its schema up to date. */
import Sqlite, { type Database } from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { storeFailure } from '../process/failures';

/** In order; migration i brings a file from `user_version` i to i + 1. */
export type Migrations = readonly string[];

/**
 * Applies what is missing, each step with its `user_version` in one transaction: a crash leaves a whole version behind.
 */
export function migrate(db: Database, migrations: Migrations, file: string): void {
  const version = () => db.pragma('user_version', { simple: true }) as number;
  if (version() > migrations.length) {
    throw new PlumblineError(
      'catalog-newer',
      `${file} was written by a newer Plumbline (version ${version()}, this one knows ${migrations.length}). Update Plumbline, or move that file away.`,
      {
        details: { file, found: version(), known: migrations.length },
      },
    );
  }
  for (let step = version(); step < migrations.length; step = version()) {
    db.transaction(() => {
      // Another process may have taken this step while we waited for the lock.
      if (version() !== step) return;
      db.exec(migrations[step]!);
      db.pragma(`user_version = ${step + 1}`);
    }).immediate();
  }
}

/**
 * @param what the file in words, for messages
 * @throws PlumblineError catalog-newer, catalog-broken, cache-unwritable, disk-full, busy
 */
export function openDatabase(file: string, migrations: Migrations, what: string): Database {
  let db: Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    db = new Sqlite(file, { timeout: 10_000 });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -16000');
    db.pragma('temp_store = MEMORY');
    // A checkpoint waits for the disk: fewer, larger ones.
    db.pragma('wal_autocheckpoint = 8000');
    migrate(db, migrations, file);
    return db;
  } catch (error) {
    db?.close();
    throw storeFailure(error, file, what);
  }
}
