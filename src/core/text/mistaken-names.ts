/** Class names that may look the same where they are cut in the middle. */

/** Names up to this length are not cut. UTF-16 units. */
export const NAME_SHORT = 12;
/** Characters at the end of a name that are never cut away, and the most of them if it differs only there. */
export const NAME_END = 5;
export const NAME_END_MOST = 10;

export const leafOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** How many items two lists have in common at their starts. */
export function sameFirst(items: readonly string[], others: readonly string[]): number {
  const differs = items.findIndex((item, at) => item !== others[at]);
  return differs < 0 ? items.length : differs;
}

/**
 * For the names that may look the same as another one when they are cut: that other name. The leaf is the same, or the
 * end of it.
 */
export function mistakenNames(names: readonly string[]): ReadonlyMap<string, string> {
  const cut = names.filter((name) => name.length > NAME_SHORT);
  const lettersFromEnd = (name: string): string[] => Array.from(leafOf(name)).slice(-NAME_END_MOST).reverse();
  const levelsFromLeaf = (name: string): string[] => name.split('/').reverse();
  return new Map([...nearest(cut, lettersFromEnd, NAME_END), ...nearest(cut, levelsFromLeaf, 1)]);
}

/**
 * Each name with the one that has most items at the start of its list in common with it, without being equal.
 * @param least items that are in common; a name that has fewer with all others is left out
 */
function nearest(
  names: readonly string[],
  listOf: (name: string) => readonly string[],
  least: number,
): [string, string][] {
  const lists = new Map(names.map((name) => [listOf(name).join('\0'), name]));
  const keys = [...lists.keys()].sort();
  const places = new Map(keys.map((key, at) => [key, at]));
  return names.flatMap((name): [string, string][] => {
    const own = listOf(name);
    const at = places.get(own.join('\0'))!;
    const [best] = [keys[at - 1], keys[at + 1]]
      .flatMap((key) => (key === undefined ? [] : { key, same: sameFirst(own, key.split('\0')) }))
      .sort((one, other) => other.same - one.same);
    return best === undefined || best.same < least ? [] : [[name, lists.get(best.key)!]];
  });
}
