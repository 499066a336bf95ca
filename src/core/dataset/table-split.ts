/** The split that the name of a table or list tells, and the subject of tables of several splits. */
import { baseOf, withoutAnyEnding } from './row-path';
import { nameWords, splitName, splitRole, withoutLetter } from './split-names';

/** Words in the names of tables and lists that say nothing about the split. */
const TABLE_WORDS = new Set(
  'anno annot annots list lists file files filename filenames id ids key keys name names label labels class classes annotation annotations info df meta metadata gt truth ground solution csv'.split(
    ' ',
  ),
);

const stemOf = (path: string): string => withoutLetter(withoutAnyEnding(baseOf(path)));

/** The split in the name of a table or list: `train`, `test_list.txt`, `train_labels.csv`, `train_val_list`; or null. */
export function tableSplit(path: string): string | null {
  const name = nameWords(stemOf(path).replace(/train[-_ ]*val(?![a-z])/i, 'trainval'))
    .filter((word) => !TABLE_WORDS.has(word))
    .join('_');
  return splitRole(name) === null ? null : splitName(name);
}

/** What a table is about besides its split; '' for a table that is named after a split alone. */
interface SplitSubject {
  readonly subject: string;
  readonly split: string;
}

/**
 * The subject and the split of a table whose name begins or ends with a split, perhaps before words for any table:
 * `images_variant` and `train`, `mnist_m_labels` and `train` (`mnist_m_train_labels`), `CT_COVID` and `train` (`trainCT_COVID`).
 */
export function subjectAndSplit(path: string): SplitSubject | null {
  const words = stemOf(path)
    .replace(/^(train|val|test)(?=\p{Lu})/u, '$1_')
    .split(/[-_. ]+/);
  const last = words.findLastIndex((word) => !TABLE_WORDS.has(word.toLowerCase()));
  const at = [words.length - 1, 0, last].find((place) => place >= 0 && splitRole(words[place]!) !== null);
  return at === undefined
    ? null
    : { subject: words.toSpliced(at, 1).join('_').toLowerCase(), split: splitName(words[at]!) };
}

/** The split in the name of a table, which may have a subject too; or null. */
export function splitAndSubject(path: string): SplitSubject | null {
  const split = tableSplit(path);
  return split === null ? subjectAndSplit(path) : { subject: '', split };
}

interface OfSplit {
  readonly split: string | null;
  readonly table: { readonly rows: readonly unknown[] };
}

/** The tables of splits without one that only holds the rows of two others: `trainval` beside `train` and `val`. */
export function withoutUnion<T extends OfSplit>(parts: readonly T[]): T[] {
  const rowsOf = (name: string): number | null => {
    const [one, ...more] = parts.filter(({ split }) => split === name);
    return one === undefined || more.length > 0 ? null : one.table.rows.length;
  };
  const [both, train, val] = [rowsOf('trainval'), rowsOf('train'), rowsOf('val')];
  // The first row of a list may be taken for its header.
  const isUnion = both !== null && train !== null && val !== null && Math.abs(train + val - both) <= 1;
  return parts.filter(({ split }) => !(isUnion && split === 'trainval'));
}
