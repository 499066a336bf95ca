/** The folder into which the user's training records. */
import type { Catalog } from './catalog';

/** Null if none was chosen. */
export const watchedFolder = ({ db }: Pick<Catalog, 'db'>): string | null =>
  db.prepare<[], string>('SELECT path FROM watched_folder').pluck().get() ?? null;

/** @param path null: none is watched any more */
export function keepWatchedFolder({ db }: Pick<Catalog, 'db'>, path: string | null): void {
  if (path === null) db.prepare('DELETE FROM watched_folder').run();
  else db.prepare('INSERT OR REPLACE INTO watched_folder (id, path) VALUES (1, ?)').run(path);
}
