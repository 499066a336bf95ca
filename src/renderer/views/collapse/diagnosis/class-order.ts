/** The order of classes in the table of a diagnosis. */
import type { ClassFigures } from '../../../../contract/model/diagnosis';

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
