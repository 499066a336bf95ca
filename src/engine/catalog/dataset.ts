/** The row about the data set itself: its folder, the layout in use, and the state of the index. */
import type { ChosenLayout, FolderReading, Layout, LayoutKind } from '../../contract/model/dataset';
import { PlumblineError } from '../../contract/errors';
import { bumpRevision, type Catalog } from './catalog';

export interface DatasetRow {
  note: string | null;
  layout_kind: LayoutKind | null;
  layout_table: string | null;
  layouts: string;
  /** Of the layout in use; null before the first scan since this is stored. */
  reading: string | null;
  revision: number;
  indexed_at: number | null;
  /** 1 when the folder has been indexed and no image waits to be measured. */
  complete: number;
}

export function readDataset(catalog: Catalog): DatasetRow {
  return catalog.db
    .prepare<[], DatasetRow>(
      `SELECT note, layout_kind, layout_table, layouts, reading, revision, indexed_at,
    indexed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM images WHERE state = 0 AND class_name IS NOT NULL) AS complete FROM dataset`,
    )
    .get()!;
}

/** All layouts that fit, the one in use first. Empty before the first scan. */
export function readLayouts(catalog: Catalog): Layout[] {
  const row = readDataset(catalog);
  const layouts = JSON.parse(row.layouts) as Layout[];
  return layouts.sort((a, b) => Number(isInUse(b, row)) - Number(isInUse(a, row)));
}

function isInUse(layout: Layout, row: DatasetRow): boolean {
  return layout.kind === row.layout_kind && layout.table === row.layout_table;
}

/** @throws PlumblineError not-found before the first scan */
export function readLayout(catalog: Catalog): Layout {
  const layout = readLayouts(catalog)[0];
  if (!layout)
    throw new PlumblineError('not-found', 'This data set has not been scanned yet.', {
      details: { dataset: catalog.id },
    });
  return layout;
}

/** The layout that the user chose instead of the detected one, or null. */
export function chosenLayout(catalog: Catalog): ChosenLayout | null {
  return (
    catalog.decisions
      .prepare<[], ChosenLayout>(
        'SELECT kind, layout_table AS "table", image_column AS imageColumn, label_column AS labelColumn FROM chosen_layout',
      )
      .get() ?? null
  );
}

export function rememberChosenLayout(catalog: Catalog, layout: ChosenLayout, at: number): void {
  catalog.decisions
    .prepare(
      `INSERT INTO chosen_layout (id, kind, layout_table, image_column, label_column, at) VALUES (1, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, layout_table = excluded.layout_table,
      image_column = excluded.image_column, label_column = excluded.label_column, at = excluded.at`,
    )
    .run(layout.kind, layout.table, layout.imageColumn, layout.labelColumn, at);
}

/** From now on the folder is read as detected. */
export function forgetChosenLayout(catalog: Catalog): void {
  catalog.decisions.prepare('DELETE FROM chosen_layout').run();
}

/**
 * @param layouts all that fit, the detected one first;
 * @param used one of them
 * @param reading what it took from the folder
 */
export function storeLayouts(catalog: Catalog, layouts: readonly Layout[], used: Layout, reading: FolderReading): void {
  catalog.db
    .prepare('UPDATE dataset SET layouts = ?, layout_kind = ?, layout_table = ?, reading = ?')
    .run(JSON.stringify(layouts), used.kind, used.table, JSON.stringify(reading));
}

export function setNote(catalog: Catalog, note: string): void {
  catalog.db.prepare('UPDATE dataset SET note = ? WHERE note IS NOT ?').run(note, note);
}

/** Records that every image has been measured. */
export function noteIndexed(catalog: Catalog, at: number): void {
  catalog.db.prepare('UPDATE dataset SET indexed_at = ?').run(at);
  bumpRevision(catalog);
}
