/** Keys for classes. */
/** In the order of the keyboard. */
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

export interface ClassKey {
  readonly key: string;
  readonly name: string;
}

/**
 * The keys in their order on the keyboard, or in the order of the digits for classes that are digits. The user's own
 * choice comes first. With up to ten classes each other class has a key, in their order; classes that are digits get
 * their own digit, so that no key means another digit. With more classes, those used in this review get the keys that
 * are left.
 * @param chosen class by key
 */
export function classKeys(
  classes: readonly string[],
  used: readonly string[],
  chosen: ReadonlyMap<string, string> = new Map(),
): ClassKey[] {
  const taken = new Map([...chosen].filter(([, name]) => classes.includes(name)));
  const free = new Set(classes.length <= KEYS.length ? classes : used.filter((name) => classes.includes(name)));
  for (const name of taken.values()) free.delete(name);
  const digits = classes.length > 0 && classes.every((name) => /^\d$/.test(name));
  for (const name of free) {
    const key = digits ? name : KEYS.find((one) => !taken.has(one));
    if (key !== undefined && !taken.has(key)) taken.set(key, name);
  }
  return (digits ? [...KEYS].sort() : KEYS).flatMap((key) => (taken.has(key) ? [{ key, name: taken.get(key)! }] : []));
}
