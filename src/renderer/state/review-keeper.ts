/** Which member of a duplicate group stays, as an export would choose it. */
import type { DuplicateGroup } from '../../contract/model';
import type { Decision } from '../../contract/review';
import { chooseKeeper } from '../../core/exports/selection';
import { outcomeOf } from '../../core/review/outcome';

/** @returns the id of one of `members`, of which there is one at least */
export function keeperAmong(members: DuplicateGroup['members'], decisionOn: (image: number) => Decision | null): number {
  const facts = members.map(({ card, bytes }) => ({ ...card, bytes, facts: card.width === null || card.height === null ? null : { width: card.width, height: card.height } }));
  return chooseKeeper(facts, new Map(facts.map(({ id, className }) => [id, outcomeOf(className, decisionOn(id))])), null).id;
}
