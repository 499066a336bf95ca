/** How the labels in a table of predictions refer to the classes of a data set: by name, or by position in an order. */
import { byCodePoint } from '../dataset/order';
import { nameFinder, withoutCode, withoutCodes } from '../text/nearest';
import { named, quoted } from '../text/names';
import { counted, precisePercent } from '../text/numbers';
import { listOf } from './prediction-cells';

/** An order in which frameworks number the classes. `classes[position]` is an index into the sorted class names. */
export interface NumberingOrder {
  readonly classes: readonly number[];
  readonly said: string;
}

const start = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 4).join(', ')}, …` : names.join(', ');

/** All different orders of the class names. The order of Keras and torchvision is the first. */
export function classOrders(classes: readonly string[]): NumberingOrder[] {
  const digits = classes.every((name) => /^\d+$/.test(name));
  const natural = new Intl.Collator('en', { numeric: true });
  const kinds = [
    { compare: byCodePoint, kind: digits ? 'class names sorted as text' : 'sorted class names' },
    {
      compare: (a: string, b: string) => natural.compare(a, b) || byCodePoint(a, b),
      kind: `class names sorted ${digits ? 'by number' : 'with numbers by value'}`,
    },
    {
      compare: (a: string, b: string) => byCodePoint(a.toLowerCase(), b.toLowerCase()) || byCodePoint(a, b),
      kind: 'class names sorted ignoring case',
    },
  ];
  const orders = kinds.map(({ compare, kind }, at) => {
    const sorted = [...classes.keys()].sort((a, b) => compare(classes[a]!, classes[b]!));
    const framework = at === 0 ? ', as Keras and torchvision number them' : '';
    return { classes: sorted, said: `${kind} (${start(sorted.map((k) => classes[k]!))})${framework}` };
  });
  return orders.filter(
    (order, at) => orders.findIndex((other) => other.classes.every((k, i) => k === order.classes[i])) === at,
  );
}

/** One possible reading of a table. `predicted` is the class of each row, −1 where the row has none. */
export interface Candidate<T> {
  readonly predicted: readonly number[];
  readonly said: string;
  readonly way: T;
}

/** Another reading replaces the usual one only if the share of correct rows rises by at least this much … */
const MUCH_BETTER = 0.2;
/** … and by this many standard errors of the paired difference (McNemar). */
const STANDARD_ERRORS = 4;

/**
 * Returns the first candidate, unless another one agrees with the data set's labels much better than chance can
 * explain.
 * @returns `instead`: a sentence on the two accuracies; null if the first candidate is the best or the accuracies are
 * similar
 */
export function likeliest<T>(
  candidates: readonly Candidate<T>[],
  labels: readonly number[],
): { chosen: Candidate<T>; instead: string | null } {
  const right = (candidate: Candidate<T>): boolean[] => candidate.predicted.map((k, i) => k === labels[i]);
  const share = (hits: readonly boolean[]): number => hits.filter(Boolean).length / Math.max(1, hits.length);
  const usual = candidates[0]!;
  const usualHits = right(usual);
  const best = candidates.reduce((top, one) => (share(right(one)) > share(right(top)) ? one : top), usual);
  const bestHits = right(best);
  const gained = bestHits.filter((hit, i) => hit && !usualHits[i]).length;
  const lost = usualHits.filter((hit, i) => hit && !bestHits[i]).length;
  const clear = gained - lost > STANDARD_ERRORS * Math.sqrt(gained + lost);
  if (!clear || share(bestHits) - share(usualHits) < MUCH_BETTER) return { chosen: usual, instead: null };
  return {
    chosen: best,
    instead: `Read so, ${precisePercent(share(bestHits))} are right. Read as ${usual.said}, only ${precisePercent(share(usualHits))} would be.`,
  };
}

/** Fewest images of each class that show another order of the classes. */
const FEWEST_EACH = 5;
const EXCHANGE_ERRORS = 3;
const EXCHANGE_GAIN = 0.3;

/**
 * A sentence if the predictions would be right much more often with their classes exchanged: the class that most images
 * have for which a class is predicted must be a different one for each class. Empty otherwise.
 * @param predicted −1 where a row has no prediction
 */
export function anotherOrder(
  predicted: readonly number[],
  labels: readonly number[],
  classes: readonly string[],
): string[] {
  if (labels.length < FEWEST_EACH * classes.length) return [];
  const counts = classes.map(() => classes.map(() => 0));
  predicted.forEach((k, i) => {
    if (k >= 0) counts[k]![labels[i]!]! += 1;
  });
  const exchanged = counts.map((row) => row.indexOf(Math.max(...row)));
  if (new Set(exchanged).size < classes.length || exchanged.every((k, at) => k === at)) return [];
  const other = predicted.map((k) => (k < 0 ? k : exchanged[k]!));
  const right = (all: readonly number[]): number => all.filter((k, i) => k === labels[i]).length;
  const [now, then] = [right(predicted), right(other)];
  // No row is right in both orders unless its class stays, so the difference has at most this standard error.
  const clear = then - now > EXCHANGE_ERRORS * Math.sqrt(then + now) && then - now > EXCHANGE_GAIN * labels.length;
  if (!clear) return [];
  const share = (count: number): string => precisePercent(count / labels.length);
  const at = exchanged.findIndex((k, own) => k !== own);
  return [
    `The classes may be in another order: most images predicted as ${quoted(classes[at]!)} are labelled ${quoted(classes[exchanged[at]!]!)}. With the classes exchanged, ${share(then)} are right instead of ${share(now)}. Check the order of the class names in the script that wrote the table.`,
  ];
}

/** Removes what tables add to a class name. A later form is used only if it reads more than twice as many labels. */
const FORMS: readonly { readonly of: (label: string) => string; readonly said: string | null }[] = [
  { of: (label) => label, said: null },
  {
    of: (label) => label.replace(/[\s:=,]*[([]?\s*[-+]?\d*[.,]?\d+(e[-+]?\d+)?\s*%?\s*[)\]]?\s*$/i, ''),
    said: 'The number after each class name is not read',
  },
  { of: (label) => listOf(label)?.[0] ?? '', said: 'Each label is a list. Only its first entry is read' },
  { of: (label) => label.split(/[;|,\s]+/)[0] ?? '', said: 'Each label is a list. Only its first entry is read' },
  {
    of: (label) => label.split(/[\\/]/).findLast((part) => part !== '') ?? '',
    said: 'The labels are paths. Only the last part of each path is read',
  },
];

export interface ReadLabels {
  /** For each row, an index into the sorted class names; −1 where the cell does not name a class. */
  readonly predicted: readonly number[];
  readonly notes: readonly string[];
}

const INTEGER = /^\d+(\.0+)?$/;
const asInteger = (label: string): string => (INTEGER.test(label) ? String(Math.trunc(Number(label))) : label);

interface Read {
  readonly at: number;
  readonly exact: boolean;
}

function byName(labels: readonly string[], classes: readonly string[]): { rows: (Read | null)[]; said: string | null } {
  const find = nameFinder(classes);
  const read = (label: string): Read | null => find(label) ?? find(asInteger(label));
  const forms = FORMS.map(({ of, said }) => {
    const rows = labels.map((label) => {
      const name = of(label.trim());
      return name === '' && label.trim() !== '' ? null : read(name);
    });
    return { rows, said, count: rows.filter((row) => row !== null).length };
  });
  const best = forms.reduce((before, form) => (form.count > 2 * before.count ? form : before));
  if (best.count > 0) return best;
  const findPlain = nameFinder(withoutCodes(classes) ?? classes);
  const rows = labels.map((label) => findPlain(withoutCode(label.trim())));
  return rows.every((row) => row === null)
    ? best
    : { rows, said: 'A code before the class name, in the data set or in the table, is not compared' };
}

/** A value as NumPy and PyTorch print it: `tensor(1, device='cuda:0')`, `np.int64(1)`, `np.str_('cat')`. */
const PRINTED =
  /^\s*(?:(?:np|numpy)\.\w+|tensor|array)\(\s*(["']?)([^[\](){}]*?)\1\s*(?:,\s*(?:device|dtype)=[^)]*)?\)\s*$/;

const NUMBERED = /^\s*(?:class|label|cls|category)[\s_-]*(\d+)\s*$/i;

/**
 * Reads class names or positions of classes. The images' own labels are used only to choose between several readings of
 * numbers, and only if the evidence is strong.
 * @param given one predicted label per row
 * @param labels the label of each row's image in the data set, as an index
 * @param classes in code-point order
 */
export function readLabels(
  given: readonly string[],
  labels: readonly number[],
  classes: readonly string[],
): ReadLabels {
  const printed = given.map((cell) => PRINTED.exec(cell)?.[2] ?? cell);
  const byWord = printed.map((cell) => NUMBERED.exec(cell)?.[1] ?? null);
  const numbered = byWord.every((number, i) => number !== null || printed[i]!.trim() === '');
  const usual = byName(printed, classes);
  // `class_0` is a number, unless classes are called so.
  const cells = numbered && usual.rows.every((row) => row === null) ? byWord.map((number) => number ?? '') : printed;
  const names = cells === printed ? usual : byName(cells, classes);
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  const numbers = filled.length > 0 && filled.every((cell) => INTEGER.test(cell));
  if (!numbers) return { predicted: names.rows.map((row) => row?.at ?? -1), notes: nameNotes(cells, names, classes) };

  const values = cells.map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
  const known = values.filter((value) => !Number.isNaN(value));
  const [least, most] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  const positions = (first: 0 | 1): Candidate<'position'>[] =>
    least >= first && most < classes.length + first
      ? classOrders(classes).map((order) => ({
          predicted: values.map((value) => order.classes[value - first] ?? -1),
          said: `positions in the ${order.said}${first === 0 ? `, 0 = ${quoted(classes[order.classes[0]!]!)}` : `, counted from 1`}`,
          way: 'position',
        }))
      : [];
  const [fromZero, fromOne] = [positions(0), positions(1)];
  const named: Candidate<'name' | 'position'> = {
    predicted: names.rows.map((row) => row?.at ?? -1),
    said: 'class names',
    way: 'name',
  };
  const allNames = named.predicted.every((k, i) => k >= 0 || cells[i]!.trim() === '');
  // Counting from 1 is rare, so it is assumed only if the numbers do not fit counting from 0.
  const all = [...(allNames ? [named] : []), ...(fromZero.length > 0 ? fromZero : fromOne)];
  const { chosen, instead } = likeliest(all.length > 0 ? all : [named], labels);
  if (chosen.way === 'name') return { predicted: chosen.predicted, notes: nameNotes(cells, names, classes) };
  return {
    predicted: chosen.predicted,
    notes: [
      `The predicted labels are numbers. They are read as ${chosen.said}.${instead === null ? '' : ` ${instead}`}`,
    ],
  };
}

function nameNotes(
  cells: readonly string[],
  { rows, said }: ReturnType<typeof byName>,
  classes: readonly string[],
): string[] {
  const loose = new Map<string, string>();
  let count = 0;
  rows.forEach((row, i) => {
    if (row === null || row.exact) return;
    loose.set(cells[i]!.trim(), classes[row.at]!);
    count++;
  });
  const example = cells.find((cell) => cell.trim() !== '') ?? '';
  return [
    ...(said === null ? [] : [`${said}, for example in ${quoted(example.trim())}.`]),
    ...(count === 0
      ? []
      : [
          `${counted(count, 'label differs', 'labels differ')} from the class name in case, spaces, hyphens or underscores: ${named([...loose].map(([label, name]) => `${quoted(label)} is read as ${quoted(name)}`))}.`,
        ]),
  ];
}
