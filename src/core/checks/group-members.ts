/** Views of groups that the duplicate checks share. */
import type { ImageRecord } from '../../contract/model/image';
import type { CheckInput, Group } from './check';
import { present } from './finding';

export interface Member {
  readonly image: ImageRecord;
  readonly relation: Group['relations'][number];
  readonly similarity: number;
}

export interface GroupView {
  readonly group: Group;
  /** The representative comes first. */
  readonly members: readonly Member[];
}

export function groupViews(input: CheckInput, groups: readonly Group[]): GroupView[] {
  const byId = new Map(input.images.map((image) => [image.id, image]));
  return groups.map((group) => ({
    group,
    members: group.members.flatMap((id, i) => {
      const image = byId.get(id);
      return image ? [{ image, relation: group.relations[i] ?? null, similarity: group.similarities[i] ?? 0 }] : [];
    }),
  }));
}

export function isExact(member: Member): boolean {
  return member.relation === 'same-bytes' || member.relation === 'same-pixels';
}

export function distinct<T>(values: Iterable<T>): number {
  return new Set(values).size;
}

/** The parts of a finding that follow from its groups. The worst group comes first. */
export function about(
  input: CheckInput,
  concerned: readonly GroupView[],
): {
  images: { id: number; value: number | null }[];
  groups: Group[];
  classes: string[];
  splits: string[];
} {
  const members = concerned.flatMap((view) => view.members);
  return {
    images: members.map(({ image, similarity }) => ({ id: image.id, value: similarity })),
    groups: concerned.map(({ group }) => group),
    classes: present(
      members.map(({ image }) => image.className),
      input.classes,
    ),
    splits: present(
      members.map(({ image }) => image.split),
      input.splits,
    ),
  };
}
