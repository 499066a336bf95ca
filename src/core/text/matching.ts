/** Sentences on how the rows of a table were matched with images. */
import type { MatchCounts } from '../../contract/model/matching';
import { counted, integer } from './numbers';

const HOW = [
  ['end', 'by the end of the path'],
  ['name', 'by the file name alone'],
  ['unicode', 'in another Unicode form'],
  ['case', 'in another case'],
  ['no-ending', 'without file ending'],
  ['ending', 'with another file ending'],
  ['upload', 'without the prefix of an upload'],
] as const;

/** What was done beyond comparing exact paths, and why rows have no image although a file has their name. */
export function matchSentences(counts: MatchCounts): string[] {
  const how = HOW.flatMap(([code, words]) => (counts[code] > 0 ? [`${integer(counts[code])} ${words}`] : []));
  return [
    ...(how.length > 0 ? [`Some rows do not give the exact path. Matched in another way: ${how.join(', ')}.`] : []),
    ...(counts.ambiguous > 0 ? [`${counted(counts.ambiguous, 'row fits', 'rows fit')} several images.`] : []),
    ...(counts.taken > 0
      ? [`${counted(counts.taken, 'row fits', 'rows fit')} an image that another row names as well or better.`]
      : []),
  ];
}
