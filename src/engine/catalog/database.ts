/** Opens one SQLite file and brings its schema up to date. */
import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { processLog } from '../../host/process-log';
import { storeFailure } from '../process/failures';

/** Ordered: migration i brings a file from `user_version` i to i + 1. */
export type Migrations = readonly string[];

/**
 * Applies the missing migrations. Each one sets `user_version` in the same transaction, so that a crash leaves a
 * complete version behind.
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

/** A query that takes at least this many milliseconds is logged. `PLUMBLINE_SLOW_QUERY_MS` overrides it. */
const SLOW_QUERY_MS = 100;

/**
 * Logs every slow statement: its text, never its values. `iterate` is not timed, because the time between its rows is
 * spent by the caller.
 */
function logSlowQueries(db: Database): void {
  const limit = Number(process.env['PLUMBLINE_SLOW_QUERY_MS'] ?? SLOW_QUERY_MS);
  const prepare = db.prepare.bind(db) as (sql: string) => Statement;
  const timed =
    <R>(sql: string, run: (...values: unknown[]) => R) =>
    (...values: unknown[]): R => {
      const start = performance.now();
      try {
        return run(...values);
      } finally {
        const ms = performance.now() - start;
        if (ms >= limit) processLog.warn('slow-query', { ms: Math.round(ms), sql: sql.replaceAll(/\s+/g, ' ').trim() });
      }
    };
  const replaced = (sql: string): Statement => {
    const statement = prepare(sql);
    return Object.assign(statement, {
      run: timed(sql, statement.run.bind(statement)),
      get: timed(sql, statement.get.bind(statement)),
      all: timed(sql, statement.all.bind(statement)),
    });
  };
  Object.assign(db, { prepare: replaced });
}

/**
 * @param what name of the file in messages
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
    // A checkpoint waits for the disk, so make fewer and larger ones.
    db.pragma('wal_autocheckpoint = 8000');
    migrate(db, migrations, file);
    logSlowQueries(db);
    return db;
  } catch (error) {
    db?.close();
    throw storeFailure(error, file, what);
  }
}
