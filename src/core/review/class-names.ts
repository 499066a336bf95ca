/**
 * The names that the user gave to classes. Two classes with one name are one class. The user's folder or table is not
 * changed: an image keeps its own class, which is the one there, and the name is derived from it.
 */

/** Changes the name of classes. */
export interface ClassAct {
  /**
   * `rename`: the class that is now called `given` gets the name `label`, with all its images. `class`: the images
   * whose own class is `given` get the name `label`.
   */
  readonly kind: 'class' | 'rename';
  readonly given: string;
  readonly label: string;
}

export interface GivenName {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Names by own class. Classes that have their own name are absent. */
export type ClassNames = ReadonlyMap<string, GivenName>;

export const classNameOf = (names: ClassNames, own: string): string => names.get(own)?.name ?? own;

/**
 * The names after one more act. Acts are applied in their order, each on the names that the acts before it left, so
 * that chains and circles have one result: if a is renamed to b and then b to a, both classes are called a.
 */
export function withClassAct(names: ClassNames, { kind, given, label }: ClassAct, at: number): ClassNames {
  const owns =
    kind === 'class'
      ? [given]
      : [
          ...[...names].flatMap(([own, { name }]) => (name === given ? [own] : [])),
          // A class that has no other name is called by its own.
          ...(names.has(given) ? [] : [given]),
        ];
  const changed = new Map(names);
  for (const own of owns) {
    if (own === label) changed.delete(own);
    else changed.set(own, { name: label, at });
  }
  return changed;
}
