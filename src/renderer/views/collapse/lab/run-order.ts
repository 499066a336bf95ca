/** The order of runs in their table. */
import type { RunHead } from '../../../state/lab.svelte';

export type RunColumn =
  'order' | 'title' | 'balancedAccuracy' | 'recovered' | 'effectivePredictedClasses' | 'steps' | 'seconds';

/** Indices of the runs, sorted; ties keep the order in which they ran. */
export function orderRuns(runs: readonly RunHead[], by: RunColumn, descending: boolean): number[] {
  const sign = descending ? -1 : 1;
  return [...runs.keys()].sort((a, b) => {
    const [x, y] = [runs[a]!, runs[b]!];
    const difference =
      by === 'order' ? a - b : by === 'title' ? x.title.localeCompare(y.title, 'en') || x.seed - y.seed : x[by] - y[by];
    return sign * difference || a - b;
  });
}
