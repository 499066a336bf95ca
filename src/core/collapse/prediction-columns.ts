/** Finds which columns of a table of predictions contain the image, the predicted class and the model's outputs. */

import { plainName } from '../dataset/column-names';
import { relaxedName, withoutCode, withoutCodes } from '../text/nearest';

/** Column names in order of preference, in lower case, without spaces and punctuation. */
const IMAGE_NAMES = [
  'path',
  'filepath',
  'imagepath',
  'imgpath',
  'filename',
  'imagename',
  'imgname',
  'imagefile',
  'file',
  'image',
  'img',
  'imageid',
  'id',
  'idcode',
  'name',
  'picture',
  'photo',
  // The name that pandas gives to the row index of a frame saved as Parquet.
  'indexlevel0',
];
/** Names that may mean the true label or the prediction. */
const LABEL_NAMES = [
  'label',
  'labels',
  'class',
  'classname',
  'labelname',
  'category',
  'categoryname',
  'target',
  'classid',
  'labelid',
  'categoryid',
  'diagnosis',
  'answer',
  'result',
  'output',
];
const SCORE_NAMES = ['probability', 'prob', 'score', 'confidence', 'output', 'p', 'proba', 'logit', 'sigmoid'];
/** Columns that distinguish several predictions of one image. */
const RUN_NAMES = ['model', 'modelname', 'network', 'net', 'run', 'fold', 'seed', 'checkpoint', 'experiment', 'epoch'];

const PREDICTION = /(^|[^a-z])(y_?)?(pred|yhat|y_hat|argmax|top[_ -]?\d|index[_ -]\d+$|guess)|pred(s|icted|ictions?)?$/;
const TRUTH =
  /(^|[^a-z])(true|truth|gt|ground|groundtruth|actual|expected|given|reference|gold|real|original)([^a-z]|$)|^y(_(test|val|valid|train))?$|annotat|^(y|label|class)?true(label|class)?$/;
const SCORE = /prob|score|conf|logit|softmax|loss|entropy/;

/** The most likely classes of an image by number, as timm writes them. */
const RANKED = /^index[_ -]\d+$/i;
const RANKED_LABEL = /^(label|class|class_?name|category|name)[_ -]?(\d+)$/i;
const RANKED_SCORE = /^(p|prob|proba|probability|score|conf|confidence)[_ -]?(\d+)$/i;

/**
 * The columns of the most likely classes of an image, in their order: `label_0` and `label_1`. They hold names, or they
 * hold numbers beside as many outputs: `prob_0` and `prob_1`.
 * @param numeric whether the cells of a column are numbers
 */
export function rankedLabels(header: readonly string[], numeric: (column: number) => boolean): number[] {
  const numbered = (form: RegExp): Map<string, number> =>
    new Map(
      header.flatMap((name, column): [string, number][] => {
        const number = form.exec(name.trim())?.[2];
        return number === undefined ? [] : [[number, column]];
      }),
    );
  const [labels, scores] = [numbered(RANKED_LABEL), numbered(RANKED_SCORE)];
  const columns = [...labels].sort(([a], [b]) => Number(a) - Number(b)).map(([, column]) => column);
  const names = columns.every((column) => !numeric(column));
  const beside = labels.size === scores.size && [...labels.keys()].every((number) => scores.has(number));
  return columns.length > 1 && (names || beside) ? columns : [];
}

const spaced = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();

/** The name for a column in a table without a header. `at` counts from 0. */
export const namelessColumn = (at: number): string => `column ${at + 1}`;
const NAMELESS = /^column \d+$/;

export type Role = 'image' | 'prediction' | 'truth' | 'label' | 'score' | 'run' | null;

/** What the name of a column says about its content. */
export function roleOf(name: string): Role {
  const plain = plainName(name);
  if (RUN_NAMES.includes(plain)) return 'run';
  const text = spaced(name.trim());
  if (TRUTH.test(text) && !PREDICTION.test(text)) return 'truth';
  if (SCORE_NAMES.includes(plain) && !LABEL_NAMES.includes(plain)) return 'score';
  if (PREDICTION.test(text)) return SCORE.test(text) ? 'score' : 'prediction';
  if (LABEL_NAMES.includes(plain) || NAMELESS.test(name)) return 'label';
  return IMAGE_NAMES.includes(plain) ? 'image' : null;
}

/** How well a column name fits an image column: 0 is best; null if it does not. */
export function imageRank(name: string): number | null {
  const at = IMAGE_NAMES.indexOf(plainName(name));
  return at < 0 ? null : at;
}

/** pandas writes the row numbers into a column with an empty name. */
export const isIndex = (name: string): boolean => /^(unnamed: ?\d+|index)?$/i.test(name.trim());

/** Columns with one output for each class. */
export interface OutputColumns {
  /** The columns named after the classes, in the order of the classes; null if there are none. */
  readonly named: readonly number[] | null;
  /** The numbered columns, in the order of their numbers; null if there are none. */
  readonly numbered: readonly number[] | null;
  /** More sets of columns for the same classes, for example the outputs of other models. */
  readonly others: readonly (readonly number[])[];
}

const WORDS =
  'p|prob|probs|proba|probability|score|scores|logit|logits|class|output|out|pred|prediction|label|col|column';
const PREFIX_WORD = new RegExp(`^(${WORDS})$`, 'i');

/**
 * The parts of a column name before and after a class name; null if the column name does not contain the class name as
 * a word.
 */
function affixes(column: string, name: string): string | null {
  const [text, wanted] = [column.trim(), name.trim()];
  if (text === wanted) return '';
  const [lower, low] = [text.toLowerCase(), wanted.toLowerCase()];
  if (low === '') return null;
  if (lower === low) return '/';
  const before = lower.endsWith(low) ? lower.slice(0, -low.length) : null;
  if (before !== null && (/[^\p{L}\p{N}]$/u.test(before) || PREFIX_WORD.test(before))) return `${before}/`;
  const after = lower.startsWith(low) ? lower.slice(low.length) : null;
  if (after !== null && /^[^\p{L}\p{N}]/u.test(after)) return `/${after}`;
  const around = /^(\p{L}+)[([{](.*)[\])}]$/u.exec(lower);
  return around?.[2] === low ? `${around[1]}()` : null;
}

/**
 * Finds sets of columns with one column for each class name, such as `prob_cat` and `prob_dog`. All columns of a set
 * add the same text to the class names. The set without an addition comes first.
 */
function columnSets(header: readonly string[], names: readonly string[]): number[][] {
  const exact = setsOf(header, names);
  const loose = names.map(relaxedName);
  if (exact.length > 0 || new Set(loose).size < names.length) return exact;
  const similar = setsOf(header.map(relaxedName), loose);
  if (similar.length > 0) return similar;
  const plain = withoutCodes(names);
  if (plain !== null) return columnSets(header, plain);
  // `0_cat`, `1_dog`
  const uncoded = header.map(withoutCode);
  return uncoded.some((name, at) => name !== header[at]) ? setsOf(uncoded.map(relaxedName), loose) : [];
}

function setsOf(header: readonly string[], names: readonly string[]): number[][] {
  const byAffix = new Map<string, number[]>();
  names.forEach((name, k) => {
    header.forEach((column, c) => {
      const affix = affixes(column, name);
      if (affix === null) return;
      const set = byAffix.get(affix) ?? [];
      if (set[k] === undefined) set[k] = c;
      byAffix.set(affix, set);
    });
  });
  const whole = (set: readonly number[]): boolean =>
    set.length === names.length && names.every((_, k) => set[k] !== undefined);
  return [...byAffix]
    .filter(([affix, set]) => whole(set) && roleOf(affix.replace('/', '_')) !== 'truth')
    .sort(([a], [b]) => a.length - b.length)
    .map(([, set]) => set);
}

/**
 * @param numeric whether the cells of a column are numbers that may be outputs. Only numbered columns are tested,
 * because top-k columns are numbered too.
 * @returns null if the header does not have a column for each class
 */
export function outputColumns(
  header: readonly string[],
  classes: readonly string[],
  numeric: (column: number) => boolean,
): OutputColumns | null {
  // `index_0` and `prob_0` belong to the most likely class of an image and not to the class 0.
  const ranked = header.some((name) => RANKED.test(name.trim())) || rankedLabels(header, numeric).length > 0;
  if (ranked && columnSets(header, classes).length === 0) return null;
  const numberedSets = (first: number): number[][] =>
    columnSets(
      header,
      classes.map((_, k) => String(k + first)),
    ).filter((set) => set.every(numeric));
  const [named, ...others] = columnSets(header, classes);
  if (named !== undefined) {
    const digits = classes.every((name) => /^\d+$/.test(name));
    return { named, numbered: digits ? (numberedSets(0)[0] ?? null) : null, others };
  }
  const fromZero = numberedSets(0);
  const [numbered, ...more] = fromZero.length > 0 ? fromZero : numberedSets(1);
  return numbered === undefined ? null : { named: null, numbered, others: more };
}

/**
 * The number of numbered columns of outputs, if there are more than classes and no columns named after the classes;
 * otherwise 0.
 */
export function moreNumbered(
  header: readonly string[],
  classes: readonly string[],
  numeric: (column: number) => boolean,
): number {
  const ranked = header.some((name) => RANKED.test(name.trim())) || rankedLabels(header, numeric).length > 0;
  if (ranked || columnSets(header, classes).length > 0) return 0;
  const has = (count: number): boolean =>
    columnSets(
      header,
      Array.from({ length: count }, (_, k) => String(k)),
    ).some((set) => set.every(numeric));
  let count = classes.length;
  while (count < header.length && has(count + 1)) count += 1;
  return count > classes.length ? count : 0;
}

/** Whether a column is named after a class, with or without an addition such as `true_`. */
export const namesClass = (column: string, classes: readonly string[]): boolean =>
  classes.some((name) => affixes(column, name) !== null);

/** For each class, the column named after it. For tables that have such a column for some classes but not for all. */
export function classesWithColumn(header: readonly string[], classes: readonly string[]): (number | null)[] {
  return classes.map((name) => {
    const at = header.findIndex((column) => affixes(column, name) !== null);
    return at < 0 ? null : at;
  });
}
