/** The rows of the class distribution: order, and length of their bars. */
import type { ClassCount } from '../../../contract/model/dataset';
import { upperLevels } from '../../../core/text/class-levels';
import { className } from '../../../core/text/names';
import { counted, integer } from '../../../core/text/numbers';

export type ClassOrder = 'name' | 'count';

/** Sorted by count, ties keep the order of names, so that the list is always the same. */
export function orderClasses<Row extends ClassCount>(
  classes: readonly Row[],
  order: ClassOrder,
  descending: boolean,
): Row[] {
  const rows = [...classes];
  if (order === 'count') rows.sort((a, b) => (descending ? b.count - a.count : a.count - b.count));
  else if (descending) rows.reverse();
  return rows;
}

/** A class, or a group of nested classes with the sums of their counts. */
export interface DistributionRow extends ClassCount {
  /** Number of classes in a group; 0 for a class. */
  readonly classes: number;
}

/** The classes, each as a row of its own. */
export function classRows(classes: readonly ClassCount[]): DistributionRow[] {
  return classes.map((one) => ({ ...one, classes: 0 }));
}

/** One row for each group that the first `depth` levels of the names form, in the order of their first classes. */
export function groupRows(classes: readonly ClassCount[], depth: number): DistributionRow[] {
  const groups = new Map<string, ClassCount[]>();
  for (const one of classes) {
    const name = upperLevels(one.name, depth);
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [one]);
    else members.push(one);
  }
  return Array.from(groups, ([name, members]) => ({
    name,
    classes: members.length,
    count: members.reduce((sum, one) => sum + one.count, 0),
    unreadable: members.reduce((sum, one) => sum + one.unreadable, 0),
    perSplit: members[0]!.perSplit.map((_, at) => members.reduce((sum, one) => sum + (one.perSplit[at] ?? 0), 0)),
  }));
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

/** A row in words, with its counts per split. */
export function sayRow(row: DistributionRow, splits: readonly { readonly name: string }[]): string {
  const classes = row.classes === 0 ? [] : [counted(row.classes, 'class', 'classes')];
  const parts = splits.map((split, at) => `${split.name} ${integer(row.perSplit[at] ?? 0)}`);
  const broken = row.unreadable > 0 ? [`${integer(row.unreadable)} unreadable`] : [];
  return [className(row.name), ...classes, counted(row.count, 'image'), ...parts, ...broken].join(' · ');
}
