/** The character between the cells of a table. This is the only list of delimiters. */

interface Delimiter {
  readonly character: string;
  /** Files with this ending always use this delimiter; null if no ending implies it. */
  readonly ending: string | null;
}

/** On a tie the first one is used. */
const DELIMITERS: readonly Delimiter[] = [
  { character: ',', ending: null },
  { character: ';', ending: null },
  { character: '\t', ending: 'tsv' },
  { character: '|', ending: null },
];

/** Endings of table files, lower case, without dot. In a `csv` file the first line determines the delimiter. */
export const TABLE_ENDINGS: readonly string[] = ['csv', ...DELIMITERS.flatMap(({ ending }) => ending ?? [])];

export const DELIMITER_CHARACTERS: readonly string[] = DELIMITERS.map(({ character }) => character);

/** The most frequent delimiter in the first line, outside quotes; the comma if there is none. */
function mostFrequent(text: string): string {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of text.slice(0, 100_000)) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '\n' || character === '\r') break;
    else counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const count = (character: string) => counts.get(character) ?? 0;
  return DELIMITER_CHARACTERS.reduce((best, candidate) => (count(candidate) > count(best) ? candidate : best));
}

/**
 * Determined by the file's ending, otherwise by the first line. The other lines are not used, because file names can
 * contain any delimiter.
 * @param name of the file; '' if there is none
 */
export function delimiterOf(text: string, name = ''): string {
  const byName = DELIMITERS.find(({ ending }) => ending !== null && name.endsWith(`.${ending}`));
  return byName?.character ?? mostFrequent(text);
}
