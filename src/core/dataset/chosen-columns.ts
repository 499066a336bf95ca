/** Columns of a label table that the user chose, because they are not found by their names. */
import type { FolderReading } from '../../contract/model/dataset';
import type { Table } from './table';

/** Null: the column is detected. */
export interface ChosenColumns {
  readonly imageColumn: string | null;
  readonly labelColumn: string | null;
}

/** Names that are detected before all others. */
const IMAGE = 'filename';
const LABEL = 'label';

/** In front of a column that would be detected instead of the chosen one. */
const SPARE = 'not used: ';

/** The first chosen column that the table does not have; null if it has them. */
export function absentColumn(table: Table, { imageColumn, labelColumn }: ChosenColumns): string | null {
  return [imageColumn, labelColumn].find((name) => name !== null && !table.columns.includes(name)) ?? null;
}

/** The table with the chosen columns under the names that are detected first. A column that has such a name loses it. */
export function withColumns(table: Table, { imageColumn, labelColumn }: ChosenColumns): Table {
  const taken = [...(imageColumn === null ? [] : [IMAGE]), ...(labelColumn === null ? [] : [LABEL])];
  const columns = table.columns.map((name) => {
    if (name === imageColumn) return IMAGE;
    if (name === labelColumn) return LABEL;
    return taken.includes(name.toLowerCase()) ? `${SPARE}${name}` : name;
  });
  return { ...table, columns };
}

/**
 * The record of a reading with the names of the columns in the file; null if the reading took other columns than those
 * that were chosen, because these name no image or no class.
 */
export function namedColumns(record: FolderReading, { imageColumn, labelColumn }: ChosenColumns): FolderReading | null {
  const { labels } = record;
  if (imageColumn !== null && labels.imageColumn !== IMAGE) return null;
  if (labelColumn !== null && labels.labelColumn !== LABEL) return null;
  const own = (names: readonly string[]): string[] =>
    names.map((name) => {
      if (name === IMAGE && imageColumn !== null) return imageColumn;
      if (name === LABEL && labelColumn !== null) return labelColumn;
      return name.startsWith(SPARE) ? name.slice(SPARE.length) : name;
    });
  return {
    ...record,
    labels: {
      ...labels,
      imageColumns: own(labels.imageColumns),
      labelColumns: own(labels.labelColumns),
      imageColumn: imageColumn ?? labels.imageColumn,
      labelColumn: labelColumn ?? labels.labelColumn,
    },
  };
}
