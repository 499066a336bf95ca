/** The class in a cell of a label column, as tools write it. */
import { isRecord } from './label-json-tools';

/** How pandas, R, SQL, MySQL and spreadsheets write a missing value. “None” and “NA” are left out, because they name classes. */
const MISSING = /^([-+]?(nan|null|n\/a|#n\/a|<na>)|\\N)$/i;
// `1,000` is a thousand.
const FRACTION = String.raw`(\.0+|,0{1,2})`;
const WHOLE = new RegExp(`^-?\\d+${FRACTION}$`);
const NUMBER = new RegExp(`^-?\\d+${FRACTION}?$`);

export const isMissing = (cell: string): boolean => MISSING.test(cell.trim());

/** A class and the four coordinates of its box, once or several times, as ImageNet writes them. */
const BOXES = /^(\S+)(\s+-?\d+(\.\d+)?){4}(\s+\1(\s+-?\d+(\.\d+)?){4})*\s*$/;

/** The texts in a flat JSON or Python list or object, such as `["cat"]`, `['cat', 'dog']` or `{"class": "cat"}`; or null. */
function textsIn(cell: string): string[] | null {
  const inside = /^\s*([[{])(.*)[\]}]\s*$/s.exec(cell);
  if (!inside || /[[{]/.test(inside[2]!)) return null;
  const values = [...inside[2]!.matchAll(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,:[\]{}'"]+)\s*(:?)/g)]
    .filter((match) => match[2] !== ':')
    .map((match) => match[1]!.replace(/^(["'])(.*)\1$/s, '$2').trim());
  return values.filter((value) => value !== '');
}

/** The choices in a cell of Label Studio, which writes one choice as it is: `{"choices": ["cat", "dog"]}`; or null. */
function choicesIn(cell: string): string | null {
  const list = /^\{"choices":\s*(\[[^[\]{}]*\])\}$/.exec(cell)?.[1];
  return list === undefined ? null : (textsIn(list) ?? []).join('|');
}

/** The answers to the questions of Labelbox: `{"objects": [], "classifications": [{"answer": {"title": "cat"}}]}`; or null. */
function answersIn(cell: string): string[] | null {
  if (!/^\s*\{.*"classifications"/s.test(cell)) return null;
  let value: unknown;
  try {
    value = JSON.parse(cell);
  } catch {
    return null;
  }
  const all = isRecord(value) ? value['classifications'] : null;
  if (!Array.isArray(all)) return null;
  return all.flatMap((one: unknown) => {
    const answer = isRecord(one) ? (one['answer'] ?? one['radio_answer']) : null;
    const text = isRecord(answer) ? (answer['title'] ?? answer['name'] ?? answer['value']) : answer;
    return typeof text === 'string' && text !== '' ? [text] : [];
  });
}

/** The position of the one 1 among zeros in a list of numbers, from 0; null for other lists. */
function positionIn(texts: readonly string[] | null): string | null {
  if (texts === null || texts.length < 2) return null;
  const numbers = texts.map(Number);
  return numbers.every((one) => one === 0 || one === 1) && numbers.filter(Boolean).length === 1
    ? String(numbers.indexOf(1))
    : null;
}

/**
 * How the cells of a label column are written: whole numbers with decimals, lists of one 1 among zeros, other lists or
 * objects, or classes with boxes.
 */
export type LabelForm = 'whole' | 'positions' | 'lists' | 'boxes';

export interface LabelCells {
  /** '' for a missing label. */
  readonly labels: readonly string[];
  /** Null if the cells are the labels themselves. */
  readonly form: LabelForm | null;
}

/** The labels of all cells of a column. Several classes in a list are joined with `|`. */
export function labelCells(cells: readonly string[]): LabelCells {
  const texts = cells.map((cell) => (isMissing(cell) ? '' : cell.trim()));
  const filled = texts.filter((text) => text !== '');
  if (filled.length === 0) return { labels: texts, form: null };
  if (filled.some((text) => WHOLE.test(text)) && filled.every((text) => NUMBER.test(text)))
    return { labels: texts.map((text) => text.replace(/[.,]0+$/, '')), form: 'whole' };
  if (filled.every((text) => positionIn(textsIn(text)) !== null))
    return { labels: texts.map((text) => positionIn(textsIn(text)) ?? ''), form: 'positions' };
  if (filled.every((text) => textsIn(text) !== null))
    return { labels: texts.map((text) => (textsIn(text) ?? []).join('|')), form: 'lists' };
  if (filled.every((text) => answersIn(text) !== null))
    return { labels: texts.map((text) => (answersIn(text) ?? []).join('|')), form: 'lists' };
  if (filled.some((text) => choicesIn(text) !== null))
    return { labels: texts.map((text) => choicesIn(text) ?? text), form: 'lists' };
  if (filled.every((text) => BOXES.test(text)))
    return { labels: texts.map((text) => BOXES.exec(text)?.[1] ?? ''), form: 'boxes' };
  return { labels: texts, form: null };
}

const SEPARATORS = ['|', ';', ',', ' '] as const;

/**
 * Finds labels that join several classes, such as `cat|dog` beside `cat` and `dog`. Every part of such a label must also
 * be a label of its own, or part of another one.
 * @param counts number of images by label
 * @returns the separator, the number of images and an example; null if there are none
 */
export function joinedLabels(
  counts: ReadonlyMap<string, number>,
): { separator: string; images: number; example: string } | null {
  for (const separator of SEPARATORS) {
    const parts = (label: string): string[] => label.split(separator).map((part) => part.trim());
    const joined = [...counts.keys()].filter((label) => parts(label).length > 1 && !parts(label).includes(''));
    const uses = new Map<string, number>();
    for (const label of counts.keys())
      for (const part of new Set(parts(label))) uses.set(part, (uses.get(part) ?? 0) + 1);
    const repeats = (part: string): boolean => (uses.get(part) ?? 0) > 1;
    const known = joined.filter((label) =>
      separator === ' '
        ? parts(label).every(repeats) || parts(label).filter((part) => counts.has(part)).length > 1
        : parts(label).some(repeats),
    );
    // Words of ordinary names repeat too: “red apple”, “green apple”. Single ones must be labels of their own.
    const alone = known.filter((label) => parts(label).some((part) => counts.has(part)));
    if (alone.length === 0 || (separator === ' ' && known.length < joined.length / 2)) continue;
    const images = joined.reduce((sum, label) => sum + (counts.get(label) ?? 0), 0);
    return { separator, images, example: known[0]! };
  }
  return null;
}

/** Names of columns that hold several words for each image. */
const OF_TAGS = /^(tags|keywords|attributes|hashtags)$/i;

/**
 * The same for a column of tags, where no label need be alone: `clear primary` and `haze primary`. Some tag must be in
 * several labels.
 */
export function joinedTags(
  column: string,
  counts: ReadonlyMap<string, number>,
): { images: number; example: string } | null {
  if (!OF_TAGS.test(column.trim())) return null;
  const joined = [...counts.keys()].filter((label) => /\S\s+\S/.test(label));
  const words = joined.flatMap((label) => [...new Set(label.split(/\s+/))]);
  if (joined.length === 0 || new Set(words).size === words.length) return null;
  return { images: joined.reduce((sum, label) => sum + counts.get(label)!, 0), example: joined[0]! };
}
