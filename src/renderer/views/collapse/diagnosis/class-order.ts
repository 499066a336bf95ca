/** The rows in the table of a diagnosis, and their order. */
import type { ClassFigures, Figures } from '../../../../contract/model/diagnosis';
import { coarseMatrix, wholeMatrix, type ConfusionCell } from '../../../../core/labels/confusions';

export type ClassColumn = 'name' | 'labels' | 'predicted' | 'recall' | 'precision' | 'f1';

const byName = new Intl.Collator('en', { numeric: true });

/** Classes without a value come last in either order. */
export function orderFigures(rows: readonly ClassFigures[], by: ClassColumn, descending: boolean): ClassFigures[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (by === 'name') return sign * byName.compare(a.name, b.name);
    const [x, y] = [a[by], b[by]];
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0) || byName.compare(a.name, b.name);
    return sign * (x - y) || byName.compare(a.name, b.name);
  });
}

/**
 * How the predictions of a class differ from its frequency: `never` predicted, `swallows` (predicted at least three
 * times as often as it occurs, and at least half of all predictions), or neither.
 */
export function leaning(
  { name, labels, predicted, labelShare, predictedShare }: ClassFigures,
  neverPredicted: readonly string[],
): 'never' | 'swallows' | null {
  if (labels > 0 && predicted === 0 && neverPredicted.includes(name)) return 'never';
  return predictedShare >= 0.5 && predictedShare >= Math.min(3 * labelShare, (1 + labelShare) / 2) ? 'swallows' : null;
}

/** The cells of the confusion matrix that hold images. */
export function confusionCells({ confusion }: Pick<Figures, 'confusion'>): ConfusionCell[] {
  const cells: ConfusionCell[] = [];
  for (const [given, row] of confusion.entries()) {
    for (const [predicted, count] of row.entries()) if (count > 0) cells.push({ given, predicted, count });
  }
  return cells;
}

/**
 * The figures of the groups that the first `depth` levels of the names form. A prediction of another class of the same
 * group counts as right.
 */
export function groupFigures(
  figures: Pick<Figures, 'confusion' | 'perClass' | 'images'>,
  depth: number,
): ClassFigures[] {
  const names = figures.perClass.map(({ name }) => name);
  const { classes, cells, totals } = coarseMatrix(wholeMatrix(names, confusionCells(figures)), depth);
  const [hits, predicted] = [classes.map(() => 0), classes.map(() => 0)];
  for (const cell of cells) {
    predicted[cell.predicted]! += cell.count;
    if (cell.given === cell.predicted) hits[cell.given]! += cell.count;
  }
  const over = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return classes.map((name, k) => ({
    name,
    labels: totals[k]!,
    predicted: predicted[k]!,
    labelShare: over(totals[k]!, figures.images) ?? 0,
    predictedShare: over(predicted[k]!, figures.images) ?? 0,
    recall: over(hits[k]!, totals[k]!),
    precision: over(hits[k]!, predicted[k]!),
    f1: over(2 * hits[k]!, totals[k]! + predicted[k]!),
  }));
}
