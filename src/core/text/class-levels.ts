/** Classes with nested names of the form `level/level/leaf`, taken together by their upper levels. */

/** The first `depth` levels of a name; the whole name if it has no more. @param depth ≥ 1 */
export function upperLevels(name: string, depth: number): string {
  return name.split('/').slice(0, depth).join('/');
}

/**
 * The depths at which these classes form fewer groups than there are classes, but at least two, ascending. Depths with
 * the same groups are given once. Empty for names without common levels.
 */
export function groupDepths(names: readonly string[]): { depth: number; groups: number }[] {
  const deepest = Math.max(0, ...names.map((name) => name.split('/').length));
  const found: { depth: number; groups: number }[] = [];
  for (let depth = 1; depth < deepest; depth += 1) {
    const groups = new Set(names.map((name) => upperLevels(name, depth))).size;
    if (groups > 1 && groups < names.length && groups !== found.at(-1)?.groups) found.push({ depth, groups });
  }
  return found;
}
