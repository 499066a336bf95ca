/** Views of groups that the duplicate checks share. */
import type { CheckContext, CheckGlobal, Group, KnownImage } from './check';
import { present } from './finding';

export interface Member {
  readonly image: KnownImage;
  readonly relation: Group['relations'][number];
  readonly similarity: number;
}

export interface GroupView {
  readonly group: Group;
  /** The representative comes first. */
  readonly members: readonly Member[];
}

export function groupViews(global: Pick<CheckGlobal, 'image'>, groups: readonly Group[]): GroupView[] {
  return groups.map((group) => ({
    group,
    members: group.members.flatMap((id, i) => {
      const image = global.image(id);
      return image ? [{ image, relation: group.relations[i] ?? null, similarity: group.similarities[i] ?? 0 }] : [];
    }),
  }));
}

/** The images of a probe's verdicts, without those that have no row. */
export function knownImages(
  global: Pick<CheckGlobal, 'image'>,
  verdicts: readonly { readonly image: number }[],
): KnownImage[] {
  return verdicts.flatMap(({ image }) => global.image(image) ?? []);
}

export function isExact(member: Member): boolean {
  return member.relation === 'same-bytes' || member.relation === 'same-pixels';
}

export function distinct<T>(values: Iterable<T>): number {
  return new Set(values).size;
}

/** The parts of a finding that follow from its groups. The worst group comes first. */
export function about(
  context: CheckContext,
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
      context.classes,
    ),
    splits: present(
      members.map(({ image }) => image.split),
      context.splits,
    ),
  };
}
