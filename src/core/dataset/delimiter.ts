/** Which character divides the cells of a table. */

const SEPARATORS = [',', ';', '\t'] as const;

/**
 * Told by the first line, outside of quotes: the separator that stands there most often, the comma where none does. The
 * lines below cannot tell,
 * since file names may hold any of them.
 */
export function delimiterOf(text: string): (typeof SEPARATORS)[number] {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of text.slice(0, 100_000)) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '\n' || character === '\r') break;
    else counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return SEPARATORS.reduce<(typeof SEPARATORS)[number]>(
    (best, candidate) => ((counts.get(candidate) ?? 0) > (counts.get(best) ?? 0) ? candidate : best),
    ',',
  );
}
