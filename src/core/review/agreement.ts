/** Compares the decisions of two reviewers of the same images. */
import type { Agreement } from '../../contract/model/agreement';
import { DISAGREEMENTS } from '../../contract/model/agreement';
import { cohenKappa } from '../statistics/kappa';
import type { ReviewImage } from './binding';
import { classNameOf, type ClassNames } from './class-names';
import type { BoundDecision } from './log';

/** Least number of images that both decided for which κ is computed. */
export const MIN_COMPARED = 20;

type Decisions = ReadonlyMap<number, BoundDecision>;

export interface ReviewerComparison {
  /** Everything except the name and the import. */
  readonly agreement: Omit<Agreement, 'reviewer' | 'at' | 'decisions' | 'stale'>;
  /** Images with a disagreement that is not settled. */
  readonly open: readonly number[];
}

type Meaning = Pick<BoundDecision, 'verdict' | 'label'>;

/**
 * What a decision comes to under the present names of classes: a relabel to the image's own class is a keep.
 */
function meaningOf({ verdict, label }: Meaning, image: ReviewImage, names: ClassNames): Meaning {
  const own = classNameOf(names, image.ownClass);
  if (verdict === 'keep') return { verdict, label: own };
  if (verdict !== 'relabel') return { verdict, label: null };
  const name = classNameOf(names, label ?? own);
  return name === own ? { verdict: 'keep', label: own } : { verdict, label: name };
}

const isSame = (one: Meaning, other: Meaning): boolean => one.verdict === other.verdict && one.label === other.label;

const categoryOf = ({ verdict, label }: Meaning): string =>
  verdict === 'relabel' ? `relabel ${label ?? ''}` : verdict;

/**
 * @param alone the user's decisions without those that settled a disagreement
 * @param now the user's decisions that hold now
 * @param theirs the decisions of the other reviewer; `at` is the time at which each was imported first
 */
export function compareDecisions(
  images: ReadonlyMap<number, ReviewImage>,
  alone: Decisions,
  now: Decisions,
  theirs: Decisions,
  names: ClassNames,
): ReviewerComparison {
  const [first, second]: [string[], string[]] = [[], []];
  const table = new Map<
    string,
    { mine: BoundDecision['verdict']; theirs: BoundDecision['verdict']; images: number; agreed: number }
  >();
  let [agreed, unsure] = [0, 0];
  const open: number[] = [];
  for (const [id, decision] of theirs) {
    const [image, own, present] = [images.get(id), alone.get(id), now.get(id)];
    if (image === undefined) continue;
    const their = meaningOf(decision, image, names);
    if (present !== undefined && isDisputed(meaningOf(present, image, names), their) && !isSettled(present, decision))
      open.push(id);
    if (own === undefined) continue;
    const mine = meaningOf(own, image, names);
    if (mine.verdict === 'unsure' || their.verdict === 'unsure') {
      unsure += 1;
      continue;
    }
    const same = isSame(mine, their);
    first.push(categoryOf(mine));
    second.push(categoryOf(their));
    if (same) agreed += 1;
    const key = `${mine.verdict}/${their.verdict}`;
    const cell = table.get(key) ?? { mine: mine.verdict, theirs: their.verdict, images: 0, agreed: 0 };
    table.set(key, { ...cell, images: cell.images + 1, agreed: cell.agreed + (same ? 1 : 0) });
  }
  return {
    agreement: {
      both: first.length,
      agreed,
      unsure,
      kappa: first.length < MIN_COMPARED ? null : cohenKappa(first, second),
      table: [...table.values()],
      open: open.length,
    },
    open,
  };
}

function isDisputed(mine: Meaning, theirs: Meaning): boolean {
  return mine.verdict !== 'unsure' && theirs.verdict !== 'unsure' && !isSame(mine, theirs);
}

/** Settled: the user saw both decisions. A decision of the other reviewer that was imported later was not seen. */
function isSettled(mine: BoundDecision, theirs: BoundDecision): boolean {
  return mine.queue === DISAGREEMENTS && mine.at >= theirs.at;
}
