/** Files that name classes without naming images: `classnames.txt`, `names` in data.yaml of YOLO, a Python dictionary. */

/** Names of files that may name classes. */
export const NAMES_CLASSES = /(class|label|categor|name|map|disease|species|synset|word|meta|\.ya?ml$|config\.json$)/i;

interface List {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Longer lines are texts. */
const MOST_CHARACTERS = 100;
const MOST_NAMES = 25_000;

const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/s, '$2');

/** Texts with commas between them, outside of quotes. */
const itemsOf = (text: string): string[] =>
  [...text.matchAll(/\s*("[^"]*"|'[^']*'|[^,]+)\s*(?:,|$)/g)]
    .map((match) => unquoted(match[1]!))
    .filter((one) => one !== '');

/** Pairs of a code and a name as a table without a header. */
function tableOfPairs(pairs: readonly (readonly string[])[]): List | null {
  const [first, ...rest] = pairs;
  return first === undefined || rest.length === 0 ? null : { columns: first, rows: rest };
}

const numbered = (names: readonly string[]): List | null => tableOfPairs(names.map((name, at) => [String(at), name]));

const PAIR = /(?:^|[{,\n])\s*["']?(\d+|n\d{8})["']?\s*:\s*("[^"\n]*"|'[^'\n]*'|[^,}\n#]+)/g;

/** `0: 'tench, Tinca tinca'` in braces or one per line. */
const pairsIn = (text: string): string[][] =>
  [...text.matchAll(PAIR)].map(([, code, name]) => [code!, unquoted(name!)]);

/** The value of `names` in a YAML file: a list or a mapping, on one line or on several. */
function namesOfYaml(text: string): List | null {
  const [, start = '', rest = ''] =
    /^names[ \t]*:[ \t]*(?:#.*)?([^\n]*)((?:\n(?:[ \t-].*|[ \t]*(?=\n|$)|[^:\n]*\]))*)/m.exec(text) ?? [];
  const value = `${start}\n${rest}`.trim();
  const inside = /^\[(.*?)\]/s.exec(value)?.[1];
  if (inside !== undefined) return numbered(itemsOf(inside.replaceAll('\n', ' ')));
  const items = [...value.matchAll(/^[ \t]*-[ \t]+(.+)$/gm)].map((match) => unquoted(match[1]!.replace(/\s#.*$/, '')));
  return items.length > 0 ? numbered(items) : tableOfPairs(pairsIn(value));
}

/** One name per line, with spaces in some of them. */
function namesOfLines(text: string): List | null {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const isName = (line: string): boolean =>
    line.length <= MOST_CHARACTERS && /\p{L}/u.test(line) && !/[{}<>=]/.test(line);
  if (lines.length < 2 || lines.length > MOST_NAMES || !lines.every(isName)) return null;
  return { columns: ['file'], rows: lines.map((line) => [line]) };
}

/**
 * The names of classes in a file that does not list images: pairs of a code and a name without a header, or names alone
 * in the one column `file`. Null for other texts.
 */
export function parseNames(path: string, text: string): List | null {
  if (/\.ya?ml$/i.test(path)) return namesOfYaml(text.replaceAll('\r', ''));
  if (!NAMES_CLASSES.test(path.slice(path.lastIndexOf('/') + 1))) return null;
  return /^\s*\{/.test(text) ? tableOfPairs(pairsIn(text)) : namesOfLines(text);
}
