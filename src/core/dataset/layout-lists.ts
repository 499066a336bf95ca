/** The splits that lists give to the images of a reading, and what else its labels say about classes and splits. */
import { counted } from '../text/numbers';
import type { TableLabel } from './folders';
import type { Material, Reading, ReadingCandidate } from './layout-types';
import { byCodePoint, orderSplits } from './order';
import type { SplitLists } from './split-lists';

export function classesAndSplits(labels: Iterable<TableLabel>): { classes: string[]; splits: string[] } {
  const classes = new Set<string>();
  const splits = new Set<string>();
  for (const label of labels) {
    classes.add(label.className);
    if (label.split !== null) splits.add(label.split);
  }
  return { classes: [...classes].sort(byCodePoint), splits: orderSplits([...splits]) };
}

/** Whether each of several splits has one class: names such as `im_train_1.jpg` then only repeat the split. */
export function repeatSplits(labels: ReadonlyMap<string, TableLabel>): boolean {
  const pairs = new Set([...labels.values()].map(({ className, split }) => JSON.stringify([split, className])));
  const splits = new Set([...labels.values()].map(({ split }) => split));
  return splits.size > 1 && pairs.size === splits.size;
}

/**
 * Whether each split of the lists is one class, and the other way round: folders such as `detector/train` beside the
 * classes, whose names only repeat the lists.
 */
function repeatFolders(labels: ReadonlyMap<string, TableLabel>, lists: SplitLists): boolean {
  const listed = [...labels].flatMap(([path, { className }]): [string, TableLabel][] => {
    const split = lists.splits.get(path);
    return split === undefined ? [] : [[path, { className, split }]];
  });
  const classes = new Set(listed.map(([, { className }]) => className));
  return (
    listed.length < labels.size && classes.size === new Set(lists.splits.values()).size && repeatSplits(new Map(listed))
  );
}

/** Gives images without a split the split of a list. */
export function withLists(candidate: ReadingCandidate, lists: Material['lists']): ReadingCandidate {
  if (lists === null || repeatFolders(candidate.labels, lists)) return candidate;
  const labels = new Map(
    [...candidate.labels].map(([path, label]) => [
      path,
      { ...label, split: label.split ?? lists.splits.get(path) ?? null },
    ]),
  );
  const usesLists = [...candidate.labels].some(([path, { split }]) => split === null && lists.splits.has(path));
  if (!usesLists) return candidate;
  const { splits } = classesAndSplits(labels.values());
  const { sentence } = candidate.layout;
  const tells = splits.length > 0 && classesAndSplits(candidate.labels.values()).splits.length === 0;
  const layout = tells
    ? { ...candidate.layout, sentence: sentence.replace(/: (?=[^:]*$)/, `: ${splits.join(', ')} × `) }
    : candidate.layout;
  return { ...candidate, labels, layout, usesLists };
}

/** What a reading is, in one sentence: “Read as class folders: train, test × 2 classes”. */
export function sentenceOf(
  as: string,
  labels: ReadonlyMap<string, TableLabel>,
  empty: Reading['emptyClasses'] = [],
): string {
  const { classes: filled, splits } = classesAndSplits(labels.values());
  const classes = [...new Set([...filled, ...empty.map(({ className }) => className)])];
  const bySplit = splits.length > 0 ? `${splits.join(', ')} × ` : '';
  return `Read as ${as}: ${bySplit}${counted(classes.length, 'class', 'classes')}`;
}
