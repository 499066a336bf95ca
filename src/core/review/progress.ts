/** How much of a finding nobody has decided yet: the one count that window, checklist, report and export show. */
import type { FindingProgress } from '../../contract/model/finding';
import type { DropRule } from '../checks/check';
import { counted, integer } from '../text/numbers';
import type { Outcome } from './outcome';

/** The images of a finding and its groups, by id. */
export interface Flagged {
  readonly images: readonly { readonly id: number }[];
  readonly groups: readonly (readonly number[])[];
}

type OutcomeOf = (id: number) => Outcome | undefined;

/**
 * The number of flagged images that nobody decided, or of groups that are not settled. A group is settled when each of
 * its images that is left was decided, or when what the check objects to is gone: no two copies under one label, or,
 * for conflicting copies, only one label. "Unsure" decides nothing.
 * @param outcomeOf undefined for an image that is not there any more
 */
export function undecidedIn({ images, groups }: Flagged, rule: DropRule, outcomeOf: OutcomeOf): number {
  return rule === 'images'
    ? undecidedOf(images, outcomeOf).size
    : groups.filter((group) => isOpen(group, rule, outcomeOf)).length;
}

/**
 * Counts as `undecidedIn`, again and again: what has no decision is looked at only once, because a finding can have as
 * many images as the data set.
 * @param given the outcome of each image without any decision
 * @returns a count from the decisions, by image, and the outcomes with them
 */
export function undecidedWith(
  { images, groups }: Flagged,
  rule: DropRule,
  given: OutcomeOf,
): (decisions: ReadonlyMap<number, unknown>, outcomeOf: OutcomeOf) => number {
  if (rule === 'images') {
    const flagged = undecidedOf(images, given);
    return (decisions, outcomeOf) => {
      let left = flagged.size;
      for (const id of decisions.keys()) if (flagged.has(id) && outcomeOf(id)?.action !== 'unchanged') left -= 1;
      return left;
    };
  }
  const atFirst = groups.map((group) => isOpen(group, rule, given));
  return (decisions, outcomeOf) =>
    groups.filter((group, at) => (group.some((id) => decisions.has(id)) ? isOpen(group, rule, outcomeOf) : atFirst[at]))
      .length;
}

function undecidedOf(images: Flagged['images'], outcomeOf: OutcomeOf): Set<number> {
  return new Set(images.map(({ id }) => id).filter((id) => outcomeOf(id)?.action === 'unchanged'));
}

function isOpen(group: readonly number[], rule: DropRule, outcomeOf: OutcomeOf): boolean {
  // One loop without lists: there can be as many members as there are images.
  let [present, open] = [0, false];
  const labels = new Set<string>();
  for (const id of group) {
    const outcome = outcomeOf(id);
    if (outcome === undefined || outcome.action === 'excluded') continue;
    present += 1;
    open ||= outcome.action === 'unchanged';
    labels.add(outcome.label);
  }
  return open && (rule === 'conflicting-groups' ? labels.size > 1 : labels.size < present);
}

/** For example "8 of 240 are decided, 232 are left." Empty where nothing is decided. */
export function progressText({ unit, of, left }: FindingProgress): string {
  const all = unit === 'groups' ? counted(of, 'group') : integer(of);
  if (left === of) return '';
  if (left === 0) return of === 1 ? 'It is decided.' : `All ${all} are decided.`;
  const decided = of - left;
  return `${integer(decided)} of ${all} ${decided === 1 ? 'is' : 'are'} decided, ${integer(left)} ${left === 1 ? 'is' : 'are'} left.`;
}

/** True where every image or group of the finding is decided: there is nothing left to do. */
export function isSettled({ progress }: { readonly progress: FindingProgress | null }): boolean {
  return progress?.left === 0;
}
