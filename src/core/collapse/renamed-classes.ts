/** Predictions under other names of their classes. */
import { byCodePoint } from '../dataset/order';

export interface RenamedOutputs {
  /** In code-point order. */
  readonly classes: readonly string[];
  /** Index of each old class among the new ones. */
  readonly place: Int32Array;
}

/** If several classes get the same name, their outputs belong to one class from then on. */
export function renameOutputs(classes: readonly string[], nameOf: (name: string) => string): RenamedOutputs {
  const names = classes.map(nameOf);
  const renamed = [...new Set(names)].sort(byCodePoint);
  const index = new Map(renamed.map((name, k) => [name, k]));
  return { classes: renamed, place: Int32Array.from(names, (name) => index.get(name)!) };
}

/**
 * Probabilities of the new classes: the sums over the old ones, because an image is of a merged class if it is of one
 * of its parts.
 * @param probabilities one per old class
 */
export function renamedProbabilities(
  { classes, place }: RenamedOutputs,
  probabilities: ArrayLike<number>,
): Float32Array {
  const sums = new Float32Array(classes.length);
  place.forEach((k, old) => (sums[k] = sums[k]! + (probabilities[old] ?? 0)));
  return sums;
}
