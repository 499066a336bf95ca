/** One page of a finding's duplicate groups, with the decisions on the members that are loaded. */
import type { DuplicateGroup } from '../../contract/model/finding';
import type { Decision } from '../../contract/model/review';
import type { Dataset } from './dataset.svelte';
import { FEW_MEMBERS, type GroupMembers } from './group-members.svelte';

/** Decisions in one answer: each answer is one task of the window. */
const CHUNK = 500;

export interface GroupPage {
  readonly total: number;
  readonly groups: readonly DuplicateGroup[];
  /** Decisions by image id; undecided images are absent. */
  readonly decisions: ReadonlyMap<number, Decision>;
}

export const UNDECIDED: GroupPage['decisions'] = new Map();

/** @param members those of the groups that are loaded besides the first ones */
export async function pullGroups(
  { engine, id }: Dataset,
  members: GroupMembers,
  page: { readonly offset: number; readonly limit: number },
): Promise<GroupPage> {
  members.follow();
  const { finding } = members;
  const { total, groups } = await engine.call('findings.groups', {
    dataset: id,
    finding,
    members: FEW_MEMBERS,
    ...page,
  });
  const images = [...new Set(groups.flatMap((group) => members.of(group).map(({ card }) => card.id)))];
  const decisions = new Map<number, Decision>();
  for (let from = 0; from < images.length; from += CHUNK) {
    const some = await engine.call('review.decisions', { dataset: id, images: images.slice(from, from + CHUNK) });
    for (const { image, decision } of some) decisions.set(image, decision);
  }
  return { total, groups, decisions };
}

export const groupName = ({ size }: DuplicateGroup): string => `Group of ${size}`;

/** What stands for a group that is not made yet. */
export const pathsOf = ({ members }: DuplicateGroup): string => members.map(({ card }) => card.path).join(', ');

/**
 * Whether the members' labels conflict. Blank images look alike without showing the same thing, so that they never do.
 */
export function isConflict({ classes, blank }: DuplicateGroup): boolean {
  return classes.length > 1 && !blank;
}
