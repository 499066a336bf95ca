/** Names of splits that belong to folds. */

/**
 * The fold of each split, where every split belongs to a fold and every fold has several: `fold_1 train`,
 * `fold_1 test`, `fold_2 train`, … Empty otherwise: `2019 train` and `2020 test` are two splits of one data set.
 */
export function foldsOfSplits(splits: readonly string[]): ReadonlyMap<string, string> {
  const folds = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const split of splits) {
    const fold = /^(.+) (?:train|val|test)$/.exec(split)?.[1] ?? /^(?:train|val|test) (.+)$/.exec(split)?.[1];
    if (fold === undefined) return new Map();
    folds.set(split, fold);
    counts.set(fold, (counts.get(fold) ?? 0) + 1);
  }
  return counts.size > 1 && [...counts.values()].every((count) => count > 1) ? folds : new Map();
}
