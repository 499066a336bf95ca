/** Which column of a label table says the split of an image, and what its cells mean. */
import { plainColumn, rankIn, SPLIT_NAMES } from './column-names';
import { splitName, splitRole } from './split-names';

/** The name of the split in a cell that is not empty; null if the cell says that there is none. */
export type SplitOf = (cell: string) => string | null;

interface Cells {
  readonly at: number;
  readonly name: string;
  readonly filled: readonly string[];
  readonly distinct: number;
}

interface SplitColumn {
  readonly at: number;
  readonly splitOf: SplitOf;
}

/** `is_valid`, `is_test`, `is_training_image`: the split of the rows that say yes, and of those that say no. */
const FLAGS: readonly (readonly [RegExp, string, string])[] = [
  [/^is(val|valid|validation|dev)(set|image)?$/, 'val', 'train'],
  [/^is(test|testing)(set|image)?$/, 'test', 'train'],
  [/^is(train|training)(set|image)?$/, 'train', 'test'],
];
const YES = /^(1|1\.0|true|yes)$/i;
const NO = /^(0|0\.0|false|no)$/i;
const FOLD_NAMES: readonly string[] = ['fold', 'kfold', 'folds', 'cvfold', 'foldid'];
const MOST_FOLDS = 20;
/** How CelebA numbers its splits. */
const PARTITION = ['train', 'val', 'test'] as const;
const PARTITION_NAMES: readonly string[] = ['partition', 'split', 'subset', 'set'];

function ofFlag({ at, name, filled, distinct }: Cells): SplitColumn[] {
  const flag = FLAGS.find(([pattern]) => pattern.test(plainColumn(name)));
  if (!flag || distinct < 2 || !filled.every((cell) => YES.test(cell) || NO.test(cell))) return [];
  return [{ at, splitOf: (cell) => (YES.test(cell.trim()) ? flag[1] : flag[2]) }];
}

function ofFold({ at, name, filled, distinct }: Cells): SplitColumn[] {
  const fits = distinct > 1 && distinct <= MOST_FOLDS && filled.every((cell) => /^\d{1,2}(\.0)?$/.test(cell));
  if (!FOLD_NAMES.includes(plainColumn(name)) || !fits) return [];
  return [{ at, splitOf: (cell) => `fold ${cell.trim().replace(/\.0$/, '')}` }];
}

/** Whether the numbers 0, 1 and 2 are train, validation and test: the first must be the largest by far. */
function isPartition({ name, filled, distinct }: Cells): boolean {
  if (!PARTITION_NAMES.includes(plainColumn(name)) || distinct !== 3) return false;
  const train = filled.filter((cell) => cell === '0').length;
  return filled.every((cell) => /^[012]$/.test(cell)) && train * 2 > filled.length;
}

/** The two halves of the test images where alike ones are to be found. */
const RETRIEVAL = /^(query|gallery|probe)$/i;

/** How AutoML marks images that it may put into any split. */
const UNASSIGNED = /^unassigned$/i;

export function splitColumn(all: readonly Cells[]): SplitColumn | undefined {
  const byName = all.filter(({ name }) => SPLIT_NAMES.includes(plainColumn(name)));
  const isSplit = ({ filled }: Cells): boolean => {
    const assigned = filled.filter((cell) => !UNASSIGNED.test(cell));
    return (
      assigned.some((cell) => splitRole(cell) !== null) &&
      assigned.every((cell) => splitRole(cell) !== null || RETRIEVAL.test(cell.trim()))
    );
  };
  const partition = byName.find(isPartition);
  if (partition) return { at: partition.at, splitOf: (cell) => PARTITION[Number(cell)] ?? cell.trim() };
  const named = byName.find(isSplit) ?? byName.find(({ name }) => rankIn(SPLIT_NAMES, name) < 4) ?? all.find(isSplit);
  const splitOf: SplitOf = (cell) => (UNASSIGNED.test(cell.trim()) ? null : splitName(cell));
  return named ? { at: named.at, splitOf } : [...all.flatMap(ofFlag), ...all.flatMap(ofFold)][0];
}
