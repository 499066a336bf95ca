export type TestOutcome = 'fail' | 'pass' | 'unresolved';

function partition<T>(items: readonly T[], parts: number): T[][] {
  return Array.from({ length: parts }, (_, i) =>
    items.slice(Math.floor((i * items.length) / parts), Math.floor(((i + 1) * items.length) / parts)),
  );
}

/**
 * Delta debugging (Zeller & Hildebrandt 2002, "Simplifying and isolating failure-inducing input", ddmin). Finds a
 * subset that still fails and from which no single item can be removed (1-minimal). Runs at most n² + 3n tests. It can
 * ask for the same subset again, so the test should cache its results.
 * @param items a set that fails
 * @param test tells whether a subset fails; `unresolved` counts as not failing
 */
export async function ddmin<T>(
  items: readonly T[],
  test: (subset: readonly T[]) => Promise<TestOutcome>,
): Promise<T[]> {
  let current = [...items];
  let parts = 2;
  while (current.length >= 2) {
    const subsets = partition(current, Math.min(parts, current.length));
    const complements =
      subsets.length > 2 ? subsets.map((subset) => current.filter((item) => !subset.includes(item))) : [];
    let reduced: { items: T[]; parts: number } | null = null;
    for (const subset of subsets) {
      if (reduced === null && (await test(subset)) === 'fail') reduced = { items: subset, parts: 2 };
    }
    for (const complement of complements) {
      if (reduced === null && (await test(complement)) === 'fail')
        reduced = { items: complement, parts: Math.max(subsets.length - 1, 2) };
    }
    if (reduced) {
      current = reduced.items;
      parts = reduced.parts;
    } else if (subsets.length < current.length) parts = Math.min(current.length, parts * 2);
    else return current;
  }
  return current;
}
