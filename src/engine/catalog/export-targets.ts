/**
 * Folders that the user chose for exports. Windows know a folder only by a token. An interrupted export continues with
 * the same token.
 */
import { randomBytes } from 'node:crypto';
import { PlumblineError } from '../../contract/errors';
import type { Catalog } from './catalog';

/** @param path absolute */
export function rememberTarget(catalog: Catalog, path: string, at: number): string {
  const token = randomBytes(16).toString('hex');
  catalog.decisions.prepare('INSERT INTO export_targets (token, path, at) VALUES (?, ?, ?)').run(token, path, at);
  return token;
}

/** @throws PlumblineError not-found */
export function targetPath(catalog: Catalog, token: string): string {
  const path = catalog.decisions
    .prepare<[string], string>('SELECT path FROM export_targets WHERE token = ?')
    .pluck()
    .get(token);
  if (path === undefined)
    throw new PlumblineError('not-found', 'This export folder is no longer known; choose it again.');
  return path;
}
