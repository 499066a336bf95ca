/** Classes whose names differ so little that they may be one class. */
import { byCodePoint } from './order';

/** What the names differ in. `parent`: the innermost folder is the same, the folders above it are not. */
export type NameDifference = 'unicode' | 'invisible' | 'blanks' | 'case' | 'separators' | 'plural' | 'copy' | 'parent';

export interface AlikeClasses {
  /** Two or more class names, in code-point order. */
  readonly names: readonly string[];
  readonly differences: readonly NameDifference[];
}

const composed = (name: string) => name.normalize('NFC');
/** Without characters that take no room and join nothing, such as a zero-width space. */
const visible = (name: string) => name.replace(/[\u00AD\u200B\u2060\uFEFF]/g, '');
const trimmed = (name: string) =>
  name
    .split('/')
    .map((part) => part.trim().replace(/\s+/gu, ' '))
    .join('/');
/** In sets of handwriting, letters that differ only in case are different classes: `a` and `A`. */
const lower = (name: string) => (/^.$/u.test(last(name)) ? name : name.toLowerCase());
const joined = (name: string) => name.replace(/(?<=[\p{L}\p{N}])[\s_-]+(?=[\p{L}\p{N}])/gu, ' ');

const last = (name: string) => name.slice(name.lastIndexOf('/') + 1);
const parents = (name: string) => (name.includes('/') ? name.slice(0, name.lastIndexOf('/')).split('/') : []);

/** English class names that look like a plural but are not. */
const NO_PLURAL = /(ss|us|is|news|species|series|lens|gas|atlas|canvas|christmas|pyjamas|chess)$/;

/** The word in the singular if it looks like an English plural, in lower case. */
function singular(word: string): string {
  if (!/^\p{L}{3,}s$/u.test(word) || NO_PLURAL.test(word)) return word;
  if (/[^aeiou]ies$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  return /(ss|x|z|ch|sh|us)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

const inSingular = (name: string) => name.replace(/\p{L}+(?=$|\/)/gu, singular);

/** Each step ignores one more difference. */
const STEPS: readonly (readonly [NameDifference, (name: string) => string])[] = [
  ['unicode', composed],
  ['invisible', visible],
  ['blanks', trimmed],
  ['case', lower],
  ['separators', joined],
  ['plural', inSingular],
];

/** What systems add to the name of a copied folder. It counts only beside the name without it. */
const COPY_MARK =
  /^(?:copy of|kopie von|copie de|copia de) | ?\(\d{1,2}\)$| ?[-–] ?(?:copy|kopie|copie|copia)(?: ?\(\d{1,2}\))?$/i;
const withoutMark = (name: string): string => {
  const inner = last(name);
  return `${name.slice(0, name.length - inner.length)}${inner.replace(COPY_MARK, '')}`;
};

/** Whether `inner` has all folders of `outer` in the same order. */
function contains(inner: readonly string[], outer: readonly string[]): boolean {
  let at = 0;
  for (const folder of inner) if (folder === outer[at]) at += 1;
  return at === outer.length;
}

/**
 * Groups of classes that may be one. Names that differ in numbers are never alike. The same innermost name under
 * another parent counts only for exactly two classes that share no split, or where one parent contains the other.
 * @param splitsOf the splits in which a class has images; empty where there are no splits
 */
export function alikeClasses(
  classes: readonly string[],
  splitsOf: (name: string) => ReadonlySet<string>,
): AlikeClasses[] {
  const plainKey = (name: string) => STEPS.reduce((key, [, step]) => step(key), name);
  const plainKeys = new Set(classes.filter((name) => withoutMark(name) === name).map(plainKey));
  const isCopy = (name: string) => withoutMark(name) !== name && plainKeys.has(plainKey(withoutMark(name)));
  const keyOf = (name: string) => plainKey(isCopy(name) ? withoutMark(name) : name);
  const groups = new Map<string, string[]>();
  for (const name of classes) groups.set(keyOf(name), [...(groups.get(keyOf(name)) ?? []), name]);
  const found: AlikeClasses[] = [];
  for (const names of groups.values()) {
    if (names.length < 2) continue;
    // A difference is one that the other steps do not remove. Two steps remove blanks.
    const without = (left: NameDifference) => (name: string) =>
      STEPS.reduce(
        (key, [difference, step]) => (difference === left ? key : step(key)),
        isCopy(name) ? withoutMark(name) : name,
      );
    const needed = STEPS.map(([difference]) => difference).filter(
      (difference) => new Set(names.map(without(difference))).size > 1,
    );
    const marked: NameDifference[] = names.some(isCopy) ? ['copy'] : [];
    const differences = needed.length + marked.length > 0 ? [...needed, ...marked] : (['blanks'] as const);
    found.push({ names: [...names].sort(byCodePoint), differences });
  }
  const innermost = new Map<string, string[]>();
  for (const [key, [name]] of groups) innermost.set(last(key), [...(innermost.get(last(key)) ?? []), name!]);
  for (const names of innermost.values()) {
    const [one, other] = names;
    if (names.length !== 2 || one === undefined || other === undefined) continue;
    const [a, b] = [parents(keyOf(one)), parents(keyOf(other))];
    const [splits, others] = [splitsOf(one), splitsOf(other)];
    const apart = splits.size > 0 && others.size > 0 && [...splits].every((split) => !others.has(split));
    if (apart || contains(a, b) || contains(b, a))
      found.push({ names: [one, other].sort(byCodePoint), differences: ['parent'] });
  }
  return found.sort((x, y) => byCodePoint(x.names[0]!, y.names[0]!));
}
