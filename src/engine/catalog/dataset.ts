/** The row about the data set itself: its folder, the layout in use, and the state of the index. */
import type { ChosenLayout, FolderReading, Layout, LayoutKind } from '../../contract/model/dataset';
import { isChosen } from '../../core/dataset/layout-types';
import { PlumblineError } from '../../contract/errors';
import { bumpRevision, type Catalog } from './catalog';

export interface DatasetRow {
  note: string | null;
  layout_kind: LayoutKind | null;
  layout_table: string | null;
  name_field: number | null;
  /** 1 or 0. */
  with_masks: number;
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
      `SELECT note, layout_kind, layout_table, name_field, with_masks, layouts, reading, revision, indexed_at,
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
  return (
    row.layout_kind !== null && isChosen(layout, { kind: row.layout_kind, table: row.layout_table, ...variantOf(row) })
  );
}

/** Absent where it is not chosen. */
const variantOf = ({ name_field, with_masks }: Pick<DatasetRow, 'name_field' | 'with_masks'>) => ({
  ...(name_field !== null && { nameField: name_field }),
  ...(with_masks === 1 && { withMasks: true as const }),
});

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
  const row = catalog.decisions
    .prepare<[], ChosenLayout & Pick<DatasetRow, 'name_field' | 'with_masks'>>(
      `SELECT kind, layout_table AS "table", image_column AS imageColumn, label_column AS labelColumn, name_field, with_masks
      FROM chosen_layout`,
    )
    .get();
  if (row === undefined) return null;
  const { kind, table, imageColumn, labelColumn } = row;
  return { kind, table, imageColumn, labelColumn, ...variantOf(row) };
}

export function rememberChosenLayout(catalog: Catalog, layout: ChosenLayout, at: number): void {
  catalog.decisions
    .prepare(
      `INSERT INTO chosen_layout (id, kind, layout_table, image_column, label_column, name_field, with_masks, at)
    VALUES (1, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, layout_table = excluded.layout_table,
      image_column = excluded.image_column, label_column = excluded.label_column,
      name_field = excluded.name_field, with_masks = excluded.with_masks, at = excluded.at`,
    )
    .run(
      layout.kind,
      layout.table,
      layout.imageColumn,
      layout.labelColumn,
      layout.nameField ?? null,
      Number(layout.withMasks === true),
      at,
    );
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
    .prepare(
      'UPDATE dataset SET layouts = ?, layout_kind = ?, layout_table = ?, name_field = ?, with_masks = ?, reading = ?',
    )
    .run(
      JSON.stringify(layouts),
      used.kind,
      used.table,
      used.nameField ?? null,
      Number(used.withMasks === true),
      JSON.stringify(reading),
    );
}

export function setNote(catalog: Catalog, note: string): void {
  catalog.db.prepare('UPDATE dataset SET note = ? WHERE note IS NOT ?').run(note, note);
}

/** Records that every image has been measured. */
export function noteIndexed(catalog: Catalog, at: number): void {
  catalog.db.prepare('UPDATE dataset SET indexed_at = ?').run(at);
  bumpRevision(catalog);
}
