/** Shading of table cells. */
type Cell = string | number | null;

/**
 * How strongly to shade a number, 0–1, relative to the largest one in the compared columns. On a square-root scale, so
 * that differences between small classes stay visible.
 */
export function heatOf(rows: readonly (readonly Cell[])[], columns: readonly number[]): (value: number) => number {
  let most = 0;
  for (const row of rows) {
    for (const column of columns) {
      const cell = row[column];
      if (typeof cell === 'number' && cell > most) most = cell;
    }
  }
  return (value) => (most > 0 && value > 0 ? Math.sqrt(value / most) : 0);
}
