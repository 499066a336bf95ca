/** Answers the calls about groups of copies as the engine does, from whole groups. */
import type { DuplicateGroup, GroupMember } from '../../../../src/contract/model/finding';
import type { Decision } from '../../../../src/contract/model/review';
import { keeperAmong } from '../../../../src/core/duplicates/keeper';
import type { Handlers } from './fake-engine';

/** A group with all its members. */
export type WholeGroup = Pick<DuplicateGroup, 'id' | 'members'>;
type Decisions = ReadonlyMap<number, Decision>;

export function wholeGroup(id: number, members: readonly Omit<GroupMember, 'place'>[]): WholeGroup {
  return { id, members: members.map((member, place) => ({ ...member, place })) };
}

/** @param most members in the answer */
function asAnswered({ id, members }: WholeGroup, most: number, decisions: Decisions): DuplicateGroup {
  const facts = members.map(({ card, bytes }) => ({
    ...card,
    bytes,
    facts: card.width === null || card.height === null ? null : { width: card.width, height: card.height },
  }));
  const keeper = keeperAmong(facts, (image) => decisions.get(image) ?? null);
  return {
    id,
    size: members.length,
    members: members.slice(0, most),
    present: members.filter(({ card }) => decisions.get(card.id)?.verdict !== 'exclude').length,
    partable: members.filter(({ relation }) => relation !== 'same-bytes').length,
    keeper: members.find(({ card }) => card.id === keeper?.id) ?? null,
    classes: [...new Set(members.map(({ card }) => card.className))],
    splits: [...new Set(members.flatMap(({ card }) => card.split ?? []))],
    blank: false,
  };
}

/** @param groups all groups of every finding */
export function groupHandlers(
  groups: () => readonly WholeGroup[],
  decisions: () => Decisions = () => new Map(),
): Pick<Handlers, 'findings.groups' | 'findings.members' | 'findings.groupImages'> {
  const membersOf = (id: number): readonly GroupMember[] => groups().find((group) => group.id === id)?.members ?? [];
  return {
    'findings.groups': ({ offset, limit, members }) => ({
      total: groups().length,
      groups: groups()
        .slice(offset, offset + limit)
        .map((group) => asAnswered(group, members, decisions())),
    }),
    'findings.members': ({ group, offset, limit }) => ({ members: membersOf(group).slice(offset, offset + limit) }),
    'findings.groupImages': ({ group }) => ({
      images: membersOf(group)
        .toSorted((x, y) => (x.card.path < y.card.path ? -1 : 1))
        .map(({ card }) => card.id),
    }),
  };
}
