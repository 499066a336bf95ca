/** Where a name that is too long for its place is cut. */
import { NAME_END, NAME_END_MOST, leafOf, sameFirst, NAME_SHORT } from '../../core/text/mistaken-names';
import { RIGHT_TO_LEFT } from '../../core/text/names';

/** Leaves up to this length are not cut in the middle. UTF-16 units. */
const SHORT_LEAF = 8;
/** Scripts whose letters join: two separate pieces of a word would be drawn with other forms of the letters. */
const JOINED = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}]/u;
const FILE_ENDING = /\.[^.]{1,5}$/;
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The parts follow one another without a gap. The place takes from `levels` first, then from the end of `start`. */
export interface NameParts {
  /** The levels above, with the final `/`; may be empty. */
  readonly levels: string;
  readonly start: string;
  readonly end: string;
}

/**
 * The parts of a name of the form `level/level/leaf`; null for a short name.
 * @param beside another name that must stay different from this one: of two names with the same leaf, the lowest level
 * that differs is kept with the leaf; of two others, the last letter that differs, if it is near the end
 */
export function nameParts(name: string, beside = ''): NameParts | null {
  return name.length <= NAME_SHORT ? null : cutInTheMiddle(name, beside);
}

/** The same for the name of a file: the letters before the ending are kept, too. */
export function fileNameParts(name: string, beside = ''): NameParts | null {
  if (name.length <= NAME_SHORT) return null;
  const ending = FILE_ENDING.exec(name)?.[0] ?? '';
  const stem = (text: string): string => (text.endsWith(ending) ? text.slice(0, text.length - ending.length) : text);
  const parts = cutInTheMiddle(stem(name), stem(beside));
  return { ...parts, end: parts.end + ending };
}

function cutInTheMiddle(name: string, beside: string): NameParts {
  const kept = differing(name.split('/'), beside.split('/')).join('/');
  const levels = name.slice(0, name.length - kept.length);
  if (kept.length <= SHORT_LEAF || JOINED.test(kept)) return { levels, start: kept, end: '' };
  const letters = lettersOf(kept);
  const end = kept.includes('/') ? NAME_END : Math.min(letters.length - 1, endFrom(letters, lettersOf(leafOf(beside))));
  return { levels, start: letters.slice(0, -end).join(''), end: letters.slice(-end).join('') };
}

export const lettersOf = (text: string): string[] => Array.from(characters.segment(text), ({ segment }) => segment);

/** How many letters at the end are kept, so that the last one that differs from the other name is among them. */
function endFrom(letters: readonly string[], others: readonly string[]): number {
  const differs = 1 + sameFirst([...letters].reverse(), [...others].reverse());
  return differs > NAME_END && differs <= NAME_END_MOST ? differs : NAME_END;
}

/**
 * The writing direction of a name, by the first letter of its leaf: the levels above can be in another script, and the
 * pieces of the leaf must stay in their order.
 */
export function nameDirection(name: string): 'ltr' | 'rtl' {
  const letter = /\p{L}/u.exec(name.slice(name.lastIndexOf('/') + 1));
  return letter !== null && RIGHT_TO_LEFT.test(letter[0]) ? 'rtl' : 'ltr';
}

/** The leaf, with the levels above it up to the first one, from below, that differs from the other name. */
function differing(levels: readonly string[], other: readonly string[]): readonly string[] {
  let same = 0;
  while (same < levels.length && levels.at(-1 - same) === other.at(-1 - same)) same += 1;
  return same >= levels.length ? levels.slice(-1) : levels.slice(-1 - same);
}

/** Whether a pair of these names below a tile needs two lines. */
export function needTwoLines(names: readonly { readonly name: string }[]): boolean {
  return names.some(({ name }) => name.length > NAME_SHORT);
}

/** Height of a pair of names below a tile, in pixels. */
export function pairHeight(twoLines: boolean): number {
  return twoLines ? 38 : 22;
}

/** A name of at most `most` characters, for places that can only hold text, such as a drawing. */
export function shortName(name: string, most: number): string {
  if (name.length <= most) return name;
  const leaf = name.slice(name.lastIndexOf('/') + 1);
  if (leaf.length + 2 <= most) return `${name.slice(0, most - leaf.length - 1)}…${leaf}`;
  return `${leaf.slice(0, Math.max(1, most - NAME_END - 1))}…${leaf.slice(-NAME_END)}`;
}
