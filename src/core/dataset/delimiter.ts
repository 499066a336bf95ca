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

/** Counts each character of a line outside quotes. */
function countsIn(line: string): Map<string, number> {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (!quoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return counts;
}

/** The lines before a line break outside quotes, at most `most`. */
function firstLines(text: string, most: number): string[] {
  const lines: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < Math.min(text.length, 100_000) && lines.length < most; at += 1) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    if (quoted || (character !== '\n' && character !== '\r')) continue;
    lines.push(text.slice(start, at));
    start = at + 1;
  }
  return lines.length < most ? [...lines, text.slice(start, 100_000)] : lines;
}

const countOf = (line: string, character: string): number => countsIn(line).get(character) ?? 0;

/** Fewer lines below the first do not show that it is a sentence. */
const FEWEST_BELOW = 3;

/**
 * The most frequent delimiter in the first line, outside quotes; the comma if there is none. Lines above the header do
 * not count: comments, and a line without a delimiter above two lines with the same number of delimiters.
 */
function mostFrequent(text: string): string {
  const lines = firstLines(text, 14).filter((line) => line.trim() !== '' && !/^\s*(#|\/\/)/.test(line));
  const isHeader = (at: number): boolean =>
    DELIMITER_CHARACTERS.some((one) => {
      const [own, next] = [countOf(lines[at]!, one), countOf(lines[at + 1] ?? '', one)];
      return own > 0 && own === next;
    });
  const some = (line: string): boolean => DELIMITER_CHARACTERS.some((one) => countOf(line, one) > 0);
  const [first = ''] = lines;
  const header = some(first) ? first : (lines.slice(0, 12).find((_, at) => isHeader(at)) ?? first);
  const counts = countsIn(header === '' ? (firstLines(text, 1)[0] ?? '') : header);
  const count = (character: string) => counts.get(character) ?? 0;
  const best = DELIMITER_CHARACTERS.reduce((one, other) => (count(other) > count(one) ? other : one));
  const below = lines.slice(lines.indexOf(header) + 1);
  // A sentence above the header has commas, and no line below it has one.
  if (below.length < FEWEST_BELOW || below.some((line) => countOf(line, best) > 0)) return best;
  const inAll = (one: string): boolean =>
    countOf(below[0]!, one) > 0 && below.slice(0, -1).every((line) => countOf(line, one) === countOf(below[0]!, one));
  return DELIMITER_CHARACTERS.find(inAll) ?? best;
}

/**
 * Determined by the file's ending, otherwise by the header. The other lines are not used, because file names can contain
 * any delimiter.
 * @param name of the file; '' if there is none
 */
export function delimiterOf(text: string, name = ''): string {
  const byName = DELIMITERS.find(({ ending }) => ending !== null && name.endsWith(`.${ending}`));
  return byName?.character ?? mostFrequent(text);
}

/** The delimiter of a table and its text without the first line `sep=;`, which spreadsheets write. */
export function delimited(text: string, name = ''): { text: string; delimiter: string } {
  const plain = text.replace(/^\uFEFF/, '');
  const given = /^sep=(.)\r?\n/i.exec(plain);
  const rest = given ? plain.slice(given[0].length) : plain;
  return { text: rest, delimiter: given?.[1] ?? delimiterOf(rest, name) };
}
