/** The rows of the class distribution: order, and length of their bars. */
import type { ClassCount } from '../../../contract/model/dataset';

export type ClassOrder = 'name' | 'count';

/** Sorted by count, ties keep the order of names, so that the list is always the same. */
export function orderClasses(classes: readonly ClassCount[], order: ClassOrder, descending: boolean): ClassCount[] {
  const rows = [...classes];
  if (order === 'count') rows.sort((a, b) => (descending ? b.count - a.count : a.count - b.count));
  else if (descending) rows.reverse();
  return rows;
}

/** Length of a bar, 0–1. On the log scale one image is still visible, and zero has no bar. */
export function barLength(count: number, most: number, log: boolean): number {
  if (count <= 0 || most <= 0) return 0;
  return log ? Math.log1p(count) / Math.log1p(most) : count / most;
}

/**
 * Outline of all counts in display order, as an SVG path in a box of 1 × 1, so that a thousand classes fit in one view.
 */
export function profilePath(rows: readonly ClassCount[], most: number, log: boolean): string {
  if (rows.length === 0) return '';
  const step = 1 / rows.length;
  const points = rows.map((row, at) => {
    const y = (1 - barLength(row.count, most, log)).toFixed(4);
    return `V${y}H${((at + 1) * step).toFixed(5)}`;
  });
  return `M0,1${points.join('')}V1Z`;
}
