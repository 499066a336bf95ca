/** Names and lists of names in sentences. */
import { integer } from './numbers';

/** "a, b and c", or "a, b, c and 4 more". */
export function named(names: readonly string[], most = 3): string {
  if (names.length === 0) return '';
  if (names.length === 1) return names[0] ?? '';
  if (names.length <= most) return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1] ?? ''}`;
  return `${names.slice(0, most).join(', ')} and ${integer(names.length - most)} more`;
}

/** "3 byte for byte, 2 with the same pixels"; what there is none of is left out, and what all are needs no number. */
export function countedParts(of: readonly (readonly [number, string])[]): string {
  const some = of.filter(([n]) => n > 0);
  return some.map(([n, what]) => (some.length === 1 ? what : `${integer(n)} ${what}`)).join(', ');
}

/** A name in quotation marks; the top level, which has no name, in words. */
export function quoted(name: string): string {
  return name === '' ? 'the top folder' : `“${name}”`;
}

/** A class as it is shown: files that lie at the top have a name that is empty. */
export function className(name: string): string {
  return name === '' ? '(top folder)' : name;
}

/** Keeps each number and its percent sign on one line. */
export function unbroken(sentence: string): string {
  return sentence.replaceAll(/(\d) %/g, '$1\u00a0%');
}
