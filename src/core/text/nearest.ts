/** Which of some names a mistyped name probably means. */

/** Case, Unicode form, and the kind and number of blanks, hyphens and underscores do not matter. */
export function relaxedName(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]+/gu, ' ')
    .trim();
}

/** A code before a class name: `n02085620-Chihuahua`, `001.Albatross`. */
const CODE = /^\p{L}?\d+[\s._-]+(?=\p{L})/u;

export const withoutCode = (name: string): string => name.replace(CODE, '');

/** The names without the codes before them; null if one of them has no code, or if two become equal. */
export function withoutCodes(names: readonly string[]): string[] | null {
  const plain = names.map(withoutCode);
  const all = plain.every((name, at) => name !== names[at]);
  return all && new Set(plain.map(relaxedName)).size === names.length ? plain : null;
}

/** Levenshtein distance: the least number of characters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** Longer names are not compared: each comparison takes the product of both lengths. */
const MOST_CHARACTERS = 100;

/** The name with the least distance; null if more than a third of the characters differ from every name. */
export function nearestName(name: string, names: Iterable<string>): string | null {
  const wanted = relaxedName(name);
  if (wanted === '' || wanted.length > MOST_CHARACTERS) return null;
  let [best, least] = [null as string | null, Infinity];
  for (const candidate of names) {
    const other = relaxedName(candidate);
    const most = Math.max(wanted.length, other.length) / 3;
    if (other.length > MOST_CHARACTERS || Math.abs(wanted.length - other.length) > most) continue;
    const far = distance(wanted, other);
    if (far <= most && far < least) [best, least] = [candidate, far];
  }
  return best;
}

/** Finds a name exactly, otherwise relaxed if only one of `names` is meant. */
export function nameFinder(names: readonly string[]): (name: string) => { at: number; exact: boolean } | null {
  const exact = new Map(names.map((name, at) => [name, at]));
  const relaxed = new Map<string, number>();
  names.forEach((name, at) => {
    const key = relaxedName(name);
    relaxed.set(key, relaxed.has(key) ? -1 : at);
  });
  return (name) => {
    const there = exact.get(name) ?? exact.get(name.trim());
    if (there !== undefined) return { at: there, exact: true };
    const near = relaxed.get(relaxedName(name));
    return near === undefined || near < 0 ? null : { at: near, exact: false };
  };
}
