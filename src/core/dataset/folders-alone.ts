/** The reading that names each class by its innermost folder alone. */
import type { TableLabel } from './folders';
import { classesAndSplits, sentenceOf } from './layout-lists';
import type { ReadingCandidate } from './layout-types';
import { baseOf } from './row-path';

/**
 * The reading with the innermost folder of each class alone, where several folders contain some of the same names: sites,
 * people or days around the classes. Empty where it would tell nothing else.
 */
export function innermostReading(used: ReadingCandidate | undefined): ReadingCandidate[] {
  if (used?.from !== 'folders' || used.alsoTable !== null) return [];
  const innermost = ({ className, split }: TableLabel): TableLabel => ({ className: baseOf(className), split });
  const labels = new Map([...used.labels].map(([path, label]) => [path, innermost(label)]));
  const [classes, outer] = [labels, used.labels].map((all) => classesAndSplits(all.values()).classes.length);
  if (classes! < 2 || classes! >= outer!) return [];
  return [
    {
      ...used,
      layout: { kind: 'innermost-folders', table: null, sentence: sentenceOf('innermost folders', labels) },
      labels,
      emptyClasses: used.emptyClasses.map(innermost),
      rank: 7,
    },
  ];
}
