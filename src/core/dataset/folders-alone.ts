/** The readings that name each class by one of its folders alone. */
import type { TableLabel } from './folders';
import { classesAndSplits, sentenceOf } from './layout-lists';
import type { ReadingCandidate } from './layout-types';
import { baseOf } from './row-path';

const ENDS = {
  'innermost-folders': { as: 'innermost folders', nameOf: baseOf },
  'outermost-folders': { as: 'outermost folders', nameOf: (name: string) => name.replace(/\/.*/s, '') },
} as const;

function reading(used: ReadingCandidate, kind: keyof typeof ENDS): ReadingCandidate {
  const { as, nameOf } = ENDS[kind];
  const own = ({ className, split }: TableLabel): TableLabel => ({ className: nameOf(className), split });
  const labels = new Map([...used.labels].map(([path, label]) => [path, own(label)]));
  return {
    ...used,
    layout: { kind, table: null, sentence: sentenceOf(as, labels) },
    labels,
    emptyClasses: used.emptyClasses.map(own),
    rank: 7,
  };
}

/**
 * The readings with the innermost or the outermost folder of each class alone, where several folders contain some of the
 * same names: sites, people or days around the classes, or views of each class inside of it. Empty where no name is in
 * several folders, or where all would be one class.
 */
export function foldersAlone(used: ReadingCandidate | undefined): ReadingCandidate[] {
  if (used?.from !== 'folders' || used.alsoTable !== null) return [];
  const classesOf = (one: ReadingCandidate): number => classesAndSplits(one.labels.values()).classes.length;
  const [inner, outer] = [reading(used, 'innermost-folders'), reading(used, 'outermost-folders')];
  return classesOf(inner) < classesOf(used) ? [inner, outer].filter((one) => classesOf(one) > 1) : [];
}
