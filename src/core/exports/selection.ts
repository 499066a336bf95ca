/** Which images an export holds: decisions first, then what the user asked to drop. */
import type { Decision } from '../../contract/model/review';
import type { DropReason } from '../../contract/model/export';
import type { ImageFacts, ImageRecord } from '../../contract/model/image';
import { checkOf } from '../checks/index';
import { chooseKeeper, type OutcomesById } from '../duplicates/keeper';
import { outcomeOf, type Outcome } from '../review/outcome';
import { eachInSlices, type Sliced } from '../slices';

/** The images of one finding whose check is dropped. */
export interface DropFinding {
  readonly check: string;
  readonly images: readonly { readonly id: number; readonly value: number | null }[];
  readonly groups: readonly (readonly number[])[];
}

/** What of an image an export depends on. */
export type ExportImage = Pick<
  ImageRecord,
  'id' | 'path' | 'className' | 'ownClass' | 'split' | 'bytes' | 'modified' | 'sha256'
> & {
  readonly unreadable: Pick<NonNullable<ImageRecord['unreadable']>, 'code'> | null;
  readonly facts: Pick<
    ImageFacts,
    | 'format'
    | 'width'
    | 'height'
    | 'channels'
    | 'depth'
    | 'pages'
    | 'orientation'
    | 'hasAlpha'
    | 'colourSpace'
    | 'mean'
    | 'std'
  > | null;
};

export interface Selected {
  readonly image: ExportImage;
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
  /** By image id, of those that are kept. */
  readonly outcomes: OutcomesById;
}

interface Drop {
  readonly why: DropReason;
  readonly reason: string;
  readonly score: number | null;
}

/**
 * A decision outranks a check: an image reviewed as right or relabelled is dropped only as a duplicate.
 * Of a group of duplicates one stays, as `keepersOf` says.
 */
export function* selectImages(
  images: readonly ExportImage[],
  decisions: ReadonlyMap<number, Decision>,
  findings: readonly DropFinding[],
  home: string | null,
): Sliced<Selection> {
  const outcomeAt = outcomesBy(decisions);
  const byId = new Map<number, ExportImage>();
  const dropped = new Map<number, Drop>();
  yield* eachInSlices(images, (image) => {
    byId.set(image.id, image);
    const drop = dropOf(image, outcomeAt(image));
    if (drop !== null) dropped.set(image.id, drop);
  });
  const outcomes = {
    get: (id: number): Outcome | undefined => {
      const image = byId.get(id);
      return image && outcomeAt(image);
    },
  };
  for (const { check, images: concerned, groups } of findings) {
    const rule = checkOf(check)?.drop;
    if (rule === undefined || rule === 'all-but-one') continue;
    const torn = rule === 'conflicting-groups' ? tornIn(groups, dropped, outcomes) : null;
    const why: DropReason = { kind: 'check', check };
    yield* eachInSlices(concerned, ({ id, value }) => {
      if (outcomes.get(id)?.action === 'unchanged' && !dropped.has(id) && torn?.has(id) !== false)
        dropped.set(id, { why, reason: check, score: value });
    });
  }
  for (const { check, groups } of findings) {
    if (checkOf(check)?.drop !== 'all-but-one') continue;
    const why: DropReason = { kind: 'check', check };
    const keepOne = (group: readonly number[]): void => {
      const present = group.flatMap((id) => (dropped.has(id) ? [] : (byId.get(id) ?? [])));
      if (present.length < 2) return;
      const keepers = keepersOf(present, outcomes, home);
      for (const image of present) {
        if (keepers.includes(image)) continue;
        const stays = keepers.find((keeper) => outcomeAt(keeper).label === outcomeAt(image).label) ?? keepers[0]!;
        dropped.set(image.id, { why, reason: `${check} of ${stays.path}`, score: null });
      }
    };
    yield* eachInSlices(groups, keepOne, ({ length }) => length);
  }
  const kept: Selected[] = [];
  const left: LeftOut[] = [];
  yield* eachInSlices(images, (image) => {
    const drop = dropped.get(image.id);
    const outcome = outcomeAt(image);
    if (drop === undefined) kept.push({ image, outcome, score: null });
    else {
      const { why, reason, score } = drop;
      left.push({ image, outcome: { ...outcome, action: 'excluded', reason }, score, why });
    }
  });
  return { kept, left, outcomes: { get: (id) => (dropped.has(id) ? undefined : outcomes.get(id)) } };
}

/** Images of one class on which nothing was decided share their outcome. */
function outcomesBy(decisions: ReadonlyMap<number, Decision>): (image: ExportImage) => Outcome {
  const unchanged = new Map<string, Outcome>();
  return ({ id, className, ownClass }) => {
    const decision = decisions.get(id);
    if (decision !== undefined) return outcomeOf(className, decision, ownClass);
    const outcome = unchanged.get(className) ?? outcomeOf(className, null);
    unchanged.set(className, outcome);
    return outcome;
  };
}

const EXCLUDED: DropReason = { kind: 'excluded' };

/** Null for an image that stays unless a check is dropped. */
function dropOf({ facts, unreadable }: ExportImage, outcome: Outcome): Drop | null {
  if (facts !== null)
    return outcome.action === 'excluded' ? { why: EXCLUDED, reason: outcome.reason, score: null } : null;
  const code = unreadable?.code ?? null;
  return { why: { kind: 'unreadable', code }, reason: `unreadable: ${code ?? 'not measured'}`, score: null };
}

/**
 * Images of the groups that still have several labels. If decisions have left one label, or split the group, nothing is
 * in conflict any more.
 */
function tornIn(
  groups: DropFinding['groups'],
  gone: { has(id: number): boolean },
  outcomes: OutcomesById,
): ReadonlySet<number> {
  const present = groups.map((group) => group.filter((id) => outcomes.get(id) !== undefined && !gone.has(id)));
  return new Set(present.filter((group) => new Set(group.map((id) => outcomes.get(id)!.label)).size > 1).flat());
}

/**
 * The images of a duplicate group that stay: usually one. If several labels are equally common and nobody reviewed the
 * group, one image per label stays: only a person can say which label is right, and dropping a copy would hide the
 * question.
 */
function keepersOf(present: readonly ExportImage[], outcomes: OutcomesById, home: string | null): ExportImage[] {
  const labelOf = ({ id }: ExportImage): string => outcomes.get(id)!.label;
  const labels = [...new Set(present.map(labelOf))].map((label) => present.filter((image) => labelOf(image) === label));
  const most = Math.max(...labels.map(({ length }) => length));
  const tied = labels.filter(({ length }) => length === most);
  const reviewed = present.some((image) => outcomes.get(image.id)!.action !== 'unchanged');
  return reviewed || tied.length === 1
    ? [chooseKeeper(present, outcomes, home)]
    : tied.map((members) => chooseKeeper(members, outcomes, home));
}
