/** Which character divides the cells of a table. This is the only list of delimiters. */

interface Delimiter {
  readonly character: string;
  /** Files with this ending use this delimiter, whatever their first line looks like; null where no ending says it. */
  readonly ending: string | null;
}

/** The first one wins a tie. */
const DELIMITERS: readonly Delimiter[] = [
  { character: ',', ending: null },
  { character: ';', ending: null },
  { character: '\t', ending: 'tsv' },
];

/** Endings of tables of cells, lower case, without dot. In a `csv` file the first line tells the delimiter. */
export const TABLE_ENDINGS: readonly string[] = ['csv', ...DELIMITERS.flatMap(({ ending }) => ending ?? [])];

export const DELIMITER_CHARACTERS: readonly string[] = DELIMITERS.map(({ character }) => character);

/** The most frequent delimiter of the first line, outside of quotes; the comma where there is none. */
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
 * Told by the file's ending, else by the first line: the other lines cannot tell, since file names may hold any
 * delimiter.
 * @param name of the file; '' where there is none
 */
export function delimiterOf(text: string, name = ''): string {
  const byName = DELIMITERS.find(({ ending }) => ending !== null && name.endsWith(`.${ending}`));
  return byName?.character ?? mostFrequent(text);
}
