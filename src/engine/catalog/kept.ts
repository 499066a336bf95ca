/** Stored results that are costly to compute again. Each has a key that identifies everything it depends on. */
import type { Catalog } from './catalog';

/** The result stored under this name, or null when there is none or its key differs. */
export function keptResult(catalog: Catalog, name: string, key: string): unknown {
  const body = catalog.db
    .prepare<[string, string], string>('SELECT body FROM kept_results WHERE name = ? AND key = ?')
    .pluck()
    .get(name, key);
  return body === undefined ? null : (JSON.parse(body) as unknown);
}

/** Replaces the result stored under this name. */
export function keepResult(catalog: Catalog, name: string, key: string, result: unknown): void {
  catalog.db
    .prepare(
      'INSERT INTO kept_results (name, key, body) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET key = excluded.key, body = excluded.body',
    )
    .run(name, key, JSON.stringify(result));
}

export function forgetResult(catalog: Catalog, name: string): void {
  catalog.db.prepare('DELETE FROM kept_results WHERE name = ?').run(name);
}
