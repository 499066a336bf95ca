/** The views of the images that the user saved, in the decisions file. */
import { savedViewSchema, type SavedView } from '../../contract/model/saved-views';
import type { Catalog } from './catalog';

interface StoredView {
  name: string;
  filter: string;
  sort: string;
}

/**
 * By name, ignoring case. A view that this version cannot read, because a newer one stored it, is left out and stays
 * stored.
 */
export function listSavedViews(catalog: Catalog): SavedView[] {
  return catalog.decisions
    .prepare<[], StoredView>('SELECT name, filter, sort FROM saved_views ORDER BY name COLLATE NOCASE, name')
    .all()
    .flatMap(({ name, filter, sort }) => {
      const read = savedViewSchema.safeParse({ name, filter: parsed(filter), sort: parsed(sort) });
      return read.success ? [read.data] : [];
    });
}

const parsed = (text: string): unknown => JSON.parse(text);

export function hasSavedView(catalog: Catalog, name: string): boolean {
  return (
    catalog.decisions.prepare<[string], number>('SELECT 1 FROM saved_views WHERE name = ?').get(name) !== undefined
  );
}

/** Stores a view, in place of one with the same name. */
export function putSavedView(catalog: Catalog, { name, filter, sort }: SavedView, at: number): void {
  catalog.decisions
    .prepare('INSERT OR REPLACE INTO saved_views (name, filter, sort, at) VALUES (?, ?, ?, ?)')
    .run(name, JSON.stringify(filter), JSON.stringify(sort), at);
}

/** @returns false if there is no view with the name `from` */
export function renameSavedView(catalog: Catalog, from: string, to: string): boolean {
  return catalog.decisions.prepare('UPDATE saved_views SET name = ? WHERE name = ?').run(to, from).changes > 0;
}

export function deleteSavedView(catalog: Catalog, name: string): void {
  catalog.decisions.prepare('DELETE FROM saved_views WHERE name = ?').run(name);
}
