/** One page of a finding's duplicate groups, with the decision on each member and which one stays. */
import type { DuplicateGroup } from '../../contract/model/finding';
import type { Decision } from '../../contract/model/review';
import { chooseKeeper } from '../../core/duplicates/keeper';
import { outcomeOf } from '../../core/review/outcome';
import type { Dataset } from './dataset.svelte';

type Members = DuplicateGroup['members'];

export interface GroupPage {
  readonly total: number;
  readonly groups: readonly DuplicateGroup[];
  /** Decisions by image id; undecided images are absent. */
  readonly decisions: ReadonlyMap<number, Decision>;
}

export const UNDECIDED: GroupPage['decisions'] = new Map();

export async function pullGroups(
  { engine, id }: Dataset,
  finding: string,
  offset: number,
  limit: number,
): Promise<GroupPage> {
  const { total, groups } = await engine.call('findings.groups', { dataset: id, finding, offset, limit });
  const images = groups.flatMap((group) => group.members.map((member) => member.card.id));
  const decided = await engine.call('review.decisions', { dataset: id, images });
  return { total, groups, decisions: new Map(decided.map(({ image, decision }) => [image, decision])) };
}

/** The members that are not excluded by a decision. */
export function presentIn(members: Members, decisions: GroupPage['decisions']): Members {
  return members.filter(({ card }) => decisions.get(card.id)?.verdict !== 'exclude');
}

/**
 * Whether the members' labels conflict. Blank images look alike without showing the same thing, so that they never do.
 */
export function isConflict({ classes, blank }: DuplicateGroup): boolean {
  return classes.length > 1 && !blank;
}

/**
 * Id of the member that stays, by the same rule as in an export. Null if all are excluded, or if labels differ: then a
 * person must say which label is right.
 */
export function keeperAmong(members: Members, decisions: GroupPage['decisions']): number | null {
  const facts = presentIn(members, decisions).map(({ card, bytes }) => ({
    ...card,
    bytes,
    facts: card.width === null || card.height === null ? null : { width: card.width, height: card.height },
  }));
  const outcomes = new Map(facts.map(({ id, className }) => [id, outcomeOf(className, decisions.get(id) ?? null)]));
  return new Set([...outcomes.values()].map(({ label }) => label)).size === 1
    ? chooseKeeper(facts, outcomes, null).id
    : null;
}
