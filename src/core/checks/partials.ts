/** What partials are built of, and how it is merged. All merges keep the order of the rows. */
import type { Check, CheckFinding, CheckGlobal, Tally } from './check';

/** One number for each row, in pieces, so that a merge copies nothing. */
export type NumberColumn = readonly Float64Array[];
/** Ids of images, in path order, in pieces. */
export type Ids = readonly Int32Array[];

export const added = (first: number, second: number): number => first + second;

/** For columns, ids and lists. */
export const concatenated = <T>(first: readonly T[], second: readonly T[]): readonly T[] =>
  first.length === 0 ? second : second.length === 0 ? first : [...first, ...second];

/** For lists of which only the beginning is shown. */
export const firstOf =
  (most: number) =>
  <T>(first: readonly T[], second: readonly T[]): readonly T[] =>
    first.length >= most ? first : [...first, ...second.slice(0, most - first.length)];

/** For counts per bin. */
export const binsAdded = (first: readonly number[], second: readonly number[]): readonly number[] =>
  first.map((count, bin) => count + (second[bin] ?? 0));

/** For maps: values under the same name are merged. */
export const mapsOf =
  <T>(merge: (first: T, second: T) => T) =>
  <N extends string>(first: ReadonlyMap<N, T>, second: ReadonlyMap<N, T>): ReadonlyMap<N, T> => {
    const merged = new Map(first);
    for (const [name, value] of second) {
      const before = merged.get(name);
      merged.set(name, before === undefined ? value : merge(before, value));
    }
    return merged;
  };

export const talliesAdded = mapsOf(added);

/** For objects: each field has its own merge. */
export const fields =
  <P extends object>(merges: { readonly [K in keyof P]: (first: P[K], second: P[K]) => P[K] }) =>
  (first: P, second: P): P => {
    const merged = { ...first };
    for (const name of Object.keys(merges) as (keyof P)[]) merged[name] = merges[name](first[name], second[name]);
    return merged;
  };

export function tally<N extends string>(names: Iterable<N>): Tally<N> {
  const counts = new Map<N, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

export function rowsIn(pieces: readonly { readonly length: number }[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** All values in one array. */
export function valuesOf(column: NumberColumn): Float64Array {
  const all = new Float64Array(rowsIn(column));
  let at = 0;
  for (const piece of column) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The three functions of a check that needs nothing of the rows besides their numbers and what other steps found. */
export function withoutRows(
  conclude: (global: CheckGlobal) => CheckFinding[],
): Pick<Check<null>, 'partial' | 'merge' | 'conclude'> {
  return { partial: () => null, merge: () => null, conclude: (_, global) => conclude(global) };
}
