/** Chooses which member of a duplicate group stays if the others are left out. */
import type { Decision } from '../../contract/model/review';
import type { ImageRecord } from '../../contract/model/image';
import { byCodePoint } from '../dataset/order';
import { splitRole } from '../dataset/split-names';
import { outcomeOf, type Outcome } from '../review/outcome';

/** What the choice of a keeper depends on. */
export type KeeperFacts = Pick<ImageRecord, 'id' | 'path' | 'className' | 'split' | 'bytes'> & {
  readonly facts: { readonly width: number; readonly height: number } | null;
};

/** By image id; undefined for an image that is not there. */
export interface OutcomesById {
  get(id: number): Outcome | undefined;
}

/**
 * Chooses which member of a duplicate group stays if the others are left out. Preferred in this order: the label that
 * most members have; a reviewed image; an image of the training split, because a test image that is also trained on
 * tests nothing; the larger image.
 * @param home the split that leaking groups move to; null for any split that is used for training
 */
export function chooseKeeper<T extends KeeperFacts>(
  members: readonly T[],
  outcomes: OutcomesById,
  home: string | null,
): T {
  const labels = new Map<string, number>();
  const labelOf = (image: T): string => outcomes.get(image.id)?.label ?? image.className;
  for (const image of members) labels.set(labelOf(image), (labels.get(labelOf(image)) ?? 0) + 1);
  const rank = (image: T): number[] => [
    labels.get(labelOf(image))!,
    (outcomes.get(image.id)?.action ?? 'unchanged') === 'unchanged' ? 0 : 1,
    image.split !== null && (home === null ? splitRole(image.split) === 0 : image.split === home) ? 1 : 0,
    image.facts === null ? 0 : image.facts.width * image.facts.height,
    image.bytes,
  ];
  const ranked = members.map((image) => ({ image, rank: rank(image) }));
  return ranked.reduce((best, one) => {
    const at = one.rank.findIndex((value, index) => value !== best.rank[index]);
    const before = at === -1 ? byCodePoint(one.image.path, best.image.path) < 0 : one.rank[at]! > best.rank[at]!;
    return before ? one : best;
  }).image;
}

/**
 * The member that stays, by the same rule as in an export. Null if all are excluded, or if labels differ: then a person
 * must say which label is right.
 */
export function keeperAmong<T extends KeeperFacts>(
  members: readonly T[],
  decisionOn: (image: number) => Decision | null,
): T | null {
  const outcomes = new Map(members.map(({ id, className }) => [id, outcomeOf(className, decisionOn(id))]));
  const present = members.filter(({ id }) => outcomes.get(id)?.action !== 'excluded');
  const labels = new Set(present.map(({ id }) => outcomes.get(id)?.label));
  return labels.size === 1 ? chooseKeeper(present, outcomes, null) : null;
}
