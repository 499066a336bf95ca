/** Sentences on how the rows of a table were matched with images. */
import type { MatchCounts } from '../../contract/model/matching';
import { quoted } from './names';
import { counted, integer } from './numbers';

const PLACES = [
  ['end', 'by the end of the path'],
  ['name', 'by the file name alone'],
] as const;
const FORMS = [
  ['unicode', 'in another Unicode form'],
  ['case', 'in another case'],
  ['no-ending', 'without file ending'],
  ['ending', 'with another file ending'],
  ['number', 'by the number, without zeros at its start'],
  ['upload', 'without the prefix of an upload'],
] as const;

/** What was done beyond comparing exact paths, and why rows have no image although a file has their name. */
export function matchSentences(counts: MatchCounts): string[] {
  const list = (codes: typeof PLACES | typeof FORMS): string =>
    codes.flatMap(([code, words]) => (counts[code] > 0 ? [`${integer(counts[code])} ${words}`] : [])).join(', ');
  const [places, forms] = [list(PLACES), list(FORMS)];
  return [
    ...(places === '' ? [] : [`Rows that do not give the exact path are matched: ${places}.`]),
    ...(forms === '' ? [] : [`Rows that write the file name in another way are matched: ${forms}.`]),
    ...(counts.ambiguous > 0 ? [`${counted(counts.ambiguous, 'row fits', 'rows fit')} several images.`] : []),
    ...(counts.taken > 0
      ? [`${counted(counts.taken, 'row fits', 'rows fit')} an image that another row names as well or better.`]
      : []),
  ];
}

/** @param renamed the number of names that fit a file only with the same change, and the first of them */
export const renamedSentence = (
  table: string,
  { count, from, to }: { readonly count: number; readonly from: string; readonly to: string },
): string =>
  `${table} does not write the names of the files, but ${counted(count, 'name fits', 'names fit')} one file each, all with the same change: ${quoted(from)} is read as ${quoted(to)}.`;
