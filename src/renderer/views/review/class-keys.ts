/** Keys for classes. */
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** With more classes than this, classes are searched by typing. */
export const KEYED_CLASSES = 9;

export interface ClassKey {
  readonly key: string;
  readonly name: string;
}

/**
 * With few classes each has a key, in their order; classes that are digits get their own digit, so that no key means
 * another digit. With many classes, those used in this review get the keys.
 */
export function classKeys(classes: readonly string[], used: readonly string[]): ClassKey[] {
  if (classes.length > 0 && classes.every((name) => /^\d$/.test(name)))
    return classes.map((name) => ({ key: name, name }));
  const named = classes.length <= KEYED_CLASSES ? classes : used.filter((name) => classes.includes(name));
  return named.slice(0, KEYS.length).map((name, at) => ({ key: KEYS[at]!, name }));
}
