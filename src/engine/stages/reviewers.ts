/** Imports the decisions of another reviewer. */
import type { ReviewImport } from '../../contract/model/review';
import { matchRows } from '../../core/review/exchange';
import type { ExchangeRow } from '../../core/review/exchange-row';
import { inNamesOf } from '../../core/review/foreign-names';
import { classNameOf } from '../../core/review/class-names';
import { counted } from '../../core/text/numbers';
import { named, quoted } from '../../core/text/names';
import type { Catalog } from '../catalog/catalog';
import { readReview } from '../catalog/decisions';
import { replaceReviewer, type ForeignDecision } from '../catalog/reviewers';

/** Limit of the paths and sentences in a result. */
export const MOST_LISTED = 100;

/**
 * Stores rows as the decisions of another reviewer. They replace the earlier ones of the same name and change no
 * decision of the user. If no row can be used, nothing is replaced.
 */
export function importReviewer(
  catalog: Catalog,
  rows: readonly ExchangeRow[],
  reviewer: string,
  at: number,
): ReviewImport {
  const { images, state } = readReview(catalog);
  // Decisions about the images of the folder are compared, so the user's own moves must not change how a row is read.
  const indexed = [...images.values()].map((image) => ({
    ...image,
    className: classNameOf(state.classNames, image.ownClass),
  }));
  const own = new Set(indexed.map(({ ownClass }) => ownClass));
  const translated = inNamesOf(rows, own, state.classNames);
  const found = matchRows(translated.rows, indexed, state.classNames, true);
  const ownOf = new Map([...own].map((name) => [classNameOf(state.classNames, name), name]));
  const decisions = found.acts.flatMap(({ image: id, kind, label }): ForeignDecision | [] => {
    const image = images.get(id);
    if (image === undefined || kind === 'clear') return [];
    return {
      path: image.path,
      sha256: image.sha256,
      given: image.ownClass,
      verdict: kind === 'move' ? 'relabel' : kind,
      label: label === null ? null : (ownOf.get(label) ?? label),
    };
  });
  const done =
    decisions.length === 0 ? { unchanged: 0, removed: 0 } : replaceReviewer(catalog, reviewer, decisions, at);
  const notes = [
    ...(done.removed > 0
      ? [
          `${counted(done.removed, 'earlier decision', 'earlier decisions')} of ${quoted(reviewer)} ${done.removed === 1 ? 'is' : 'are'} not in this file and ${done.removed === 1 ? 'was' : 'were'} removed.`,
        ]
      : []),
    ...(found.newClasses.length > 0
      ? [
          `${found.newClasses.length === 1 ? 'This label is not a class' : 'These labels are not classes'} of this data set, and ${found.newClasses.length === 1 ? 'counts as a class of its own' : 'each counts as a class of its own'}: ${named(found.newClasses.map(quoted), 5)}.`,
        ]
      : []),
    ...translated.notes,
    ...found.notes,
  ];
  return {
    applied: decisions.length - done.unchanged,
    classes: 0,
    remarks: { images: 0, replaced: 0 },
    unchanged: done.unchanged,
    unmatched: { count: found.unmatched.length, paths: found.unmatched.slice(0, MOST_LISTED) },
    newClasses: [],
    problems: { count: found.problems.length, sentences: found.problems.slice(0, MOST_LISTED) },
    notes: notes.slice(0, MOST_LISTED),
  };
}
