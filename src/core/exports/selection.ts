/** Which images an export holds: decisions first, then what the user asked to drop. */
import type { Decision } from '../../contract/model/review';
import type { DropReason } from '../../contract/model/export';
import type { ImageRecord } from '../../contract/model/image';
import { checkOf } from '../checks/index';
import { chooseKeeper } from '../duplicates/keeper';
import { outcomeOf, type Outcome } from '../review/outcome';

/** The images of one finding whose check is dropped. */
export interface DropFinding {
  readonly check: string;
  readonly images: readonly { readonly id: number; readonly value: number | null }[];
  readonly groups: readonly (readonly number[])[];
}

export interface Selected {
  readonly image: ImageRecord;
  readonly outcome: Outcome;
  /** The value of the image in the finding that dropped it; null otherwise. */
  readonly score: number | null;
}

/** Its `outcome.reason` is the reason in words, for the manifest. */
export interface LeftOut extends Selected {
  readonly why: DropReason;
}

export interface Selection {
  readonly kept: readonly Selected[];
  readonly left: readonly LeftOut[];
}

/**
 * A decision outranks a check: an image reviewed as right or relabelled is dropped only as a duplicate.
 * Of a group of duplicates one stays, as `keepersOf` says.
 */
export function selectImages(
  images: readonly ImageRecord[],
  decisions: ReadonlyMap<number, Decision>,
  findings: readonly DropFinding[],
  home: string | null,
): Selection {
  const outcomes = new Map(
    images.map((image) => [image.id, outcomeOf(image.className, decisions.get(image.id) ?? null, image.ownClass)]),
  );
  const dropped = new Map<number, { why: DropReason; reason: string; score: number | null }>();
  for (const image of images) {
    const outcome = outcomes.get(image.id)!;
    if (image.facts === null) {
      const code = image.unreadable?.code ?? null;
      const reason = `unreadable: ${code ?? 'not measured'}`;
      dropped.set(image.id, { why: { kind: 'unreadable', code }, reason, score: null });
    } else if (outcome.action === 'excluded')
      dropped.set(image.id, { why: { kind: 'excluded' }, reason: outcome.reason, score: null });
  }
  for (const finding of findings) {
    const rule = checkOf(finding.check)?.drop;
    if (rule === undefined || rule === 'all-but-one') continue;
    const concerned = rule === 'conflicting-groups' ? tornIn(finding.groups, dropped, outcomes) : null;
    for (const { id, value } of finding.images) {
      if (outcomes.get(id)?.action === 'unchanged' && !dropped.has(id) && concerned?.has(id) !== false)
        dropped.set(id, { why: { kind: 'check', check: finding.check }, reason: finding.check, score: value });
    }
  }
  const byId = new Map(images.map((image) => [image.id, image]));
  for (const finding of findings) {
    if (checkOf(finding.check)?.drop !== 'all-but-one') continue;
    for (const group of finding.groups) {
      const present = group.flatMap((id) => (dropped.has(id) ? [] : (byId.get(id) ?? [])));
      if (present.length < 2) continue;
      const keepers = keepersOf(present, outcomes, home);
      for (const image of present) {
        if (keepers.includes(image)) continue;
        const stays =
          keepers.find((keeper) => outcomes.get(keeper.id)!.label === outcomes.get(image.id)!.label) ?? keepers[0]!;
        dropped.set(image.id, {
          why: { kind: 'check', check: finding.check },
          reason: `${finding.check} of ${stays.path}`,
          score: null,
        });
      }
    }
  }
  const kept: Selected[] = [];
  const left: LeftOut[] = [];
  for (const image of images) {
    const drop = dropped.get(image.id);
    const outcome = outcomes.get(image.id)!;
    if (drop === undefined) kept.push({ image, outcome, score: null });
    else {
      const { why, reason, score } = drop;
      left.push({ image, outcome: { ...outcome, action: 'excluded', reason }, score, why });
    }
  }
  return { kept, left };
}

/**
 * Images of the groups that still have several labels. If decisions have left one label, or split the group, nothing is
 * in conflict any more.
 */
function tornIn(
  groups: DropFinding['groups'],
  gone: { has(id: number): boolean },
  outcomes: ReadonlyMap<number, Outcome>,
): ReadonlySet<number> {
  const present = groups.map((group) => group.filter((id) => outcomes.has(id) && !gone.has(id)));
  return new Set(present.filter((group) => new Set(group.map((id) => outcomes.get(id)!.label)).size > 1).flat());
}

/**
 * The images of a duplicate group that stay: usually one. If several labels are equally common and nobody reviewed the
 * group, one image per label stays: only a person can say which label is right, and dropping a copy would hide the
 * question.
 */
function keepersOf(
  present: readonly ImageRecord[],
  outcomes: ReadonlyMap<number, Outcome>,
  home: string | null,
): ImageRecord[] {
  const labelOf = ({ id }: ImageRecord): string => outcomes.get(id)!.label;
  const labels = [...new Set(present.map(labelOf))].map((label) => present.filter((image) => labelOf(image) === label));
  const most = Math.max(...labels.map(({ length }) => length));
  const tied = labels.filter(({ length }) => length === most);
  const reviewed = present.some((image) => outcomes.get(image.id)!.action !== 'unchanged');
  return reviewed || tied.length === 1
    ? [chooseKeeper(present, outcomes, home)]
    : tied.map((members) => chooseKeeper(members, outcomes, home));
}
