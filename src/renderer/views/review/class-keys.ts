/** Which key stands for which class. */
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** More classes than this are searched by typing. */
export const KEYED_CLASSES = 9;

export interface ClassKey {
  readonly key: string;
  readonly name: string;
}

/**
 * Few classes have a key each, in their order; classes that are digits have their own, so that no key means another
 * digit.
 * Of many, those that were used in this review have one.
 */
export function classKeys(classes: readonly string[], used: readonly string[]): ClassKey[] {
  if (classes.length > 0 && classes.every((name) => /^\d$/.test(name)))
    return classes.map((name) => ({ key: name, name }));
  const named = classes.length <= KEYED_CLASSES ? classes : used.filter((name) => classes.includes(name));
  return named.slice(0, KEYS.length).map((name, at) => ({ key: KEYS[at]!, name }));
}

/** Classes that a typed text may mean: names that begin with it first. */
export function findClasses(classes: readonly string[], text: string): string[] {
  const wanted = text.trim().toLowerCase();
  const rank = (name: string): number =>
    name.toLowerCase() === wanted ? 0 : name.toLowerCase().startsWith(wanted) ? 1 : 2;
  return classes.filter((name) => name.toLowerCase().includes(wanted)).sort((a, b) => rank(a) - rank(b));
}
