/** Names and lists of names in sentences. */
import { integer } from './numbers';

/** "a, b and c", or "a, b, c and 4 more". */
export function named(names: readonly string[], most = 3): string {
  if (names.length === 0) return '';
  if (names.length === 1) return names[0] ?? '';
  if (names.length <= most) return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1] ?? ''}`;
  return `${names.slice(0, most).join(', ')} and ${integer(names.length - most)} more`;
}

/**
 * "3 byte for byte, 2 with the same pixels". Parts with the count 0 are left out. If only one part remains, it is
 * written without its number.
 */
export function countedParts(of: readonly (readonly [number, string])[]): string {
  const some = of.filter(([n]) => n > 0);
  return some.map(([n, what]) => (some.length === 1 ? what : `${integer(n)} ${what}`)).join(', ');
}

/** Scripts that are written from right to left. */
export const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** First-strong isolate, and its end (Unicode Standard Annex 9). */
const [ISOLATE, END] = ['\u2068', '\u2069'];

/**
 * A name with letters that are written from right to left would pull the numbers, commas and names after it to its
 * left.
 */
function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `${ISOLATE}${name}${END}` : name;
}

/** A name in quotation marks. The top folder, whose name is empty, is named in words. */
export function quoted(name: string): string {
  return name === '' ? 'the top folder' : `“${isolated(name)}”`;
}

/** A path for display: its folders stay in their order, in every script. */
export function shownPath(path: string): string {
  return path.split('/').map(isolated).join('/');
}

/** The display name of a class. The class of files in the top folder has an empty name. */
export function className(name: string): string {
  return name === '' ? '(top folder)' : name;
}

/** Keeps each number and its percent sign or its “<” on one line, and the two sides of a ratio. */
export function unbroken(sentence: string): string {
  return sentence
    .replaceAll(/(\d) %/g, '$1\u00a0%')
    .replaceAll(/([<>]) (\d)/g, '$1\u00a0$2')
    .replaceAll(/(\d) : (\d)/g, '$1\u00a0:\u00a0$2');
}
