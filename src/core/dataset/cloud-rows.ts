/** Rows of the import files of Google's AutoML and Vertex AI: `TRAIN,gs://bucket/1.jpg,cat,dog`. */

const isAddress = (cell: string | undefined): boolean => /^gs:\/\//.test(cell ?? '');

/**
 * The rows with one cell of labels: several classes of an image are in cells of their own, which are joined with `|`.
 * Rows of other files, and of boxes, whose cells hold numbers, are not changed.
 */
export function withJoinedLabels(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const at = rows[0]?.findIndex(isAddress) ?? -1;
  const labelsOf = (row: readonly string[]): string[] => row.slice(at + 1).filter((cell) => cell.trim() !== '');
  const fits = at >= 0 && at < 2 && rows.every((row) => isAddress(row[at]));
  if (!fits || !rows.some((row) => labelsOf(row).length > 1)) return rows;
  if (rows.some((row) => labelsOf(row).some((cell) => /^[-\d.]+$/.test(cell)))) return rows;
  return rows.map((row) => [...row.slice(0, at + 1), labelsOf(row).join('|')]);
}
