/** Chooses which member of a duplicate group stays if the others are left out. */
import type { ImageRecord } from '../../contract/model/image';
import { byCodePoint } from '../dataset/order';
import { splitRole } from '../dataset/split-names';
import type { Outcome } from '../review/outcome';

/** What the choice of a keeper depends on. */
export type KeeperFacts = Pick<ImageRecord, 'id' | 'path' | 'className' | 'split' | 'bytes'> & {
  readonly facts: { readonly width: number; readonly height: number } | null;
};

/**
 * Chooses which member of a duplicate group stays if the others are left out. Preferred in this order: the label that
 * most members have; a reviewed image; an image of the training split, because a test image that is also trained on
 * tests nothing; the larger image.
 * @param home the split that leaking groups move to; null for any split that is used for training
 */
export function chooseKeeper<T extends KeeperFacts>(
  members: readonly T[],
  outcomes: ReadonlyMap<number, Outcome>,
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
  return [...members].sort((x, y) => {
    const [a, b] = [rank(x), rank(y)];
    const at = a.findIndex((value, index) => value !== b[index]);
    return at === -1 ? byCodePoint(x.path, y.path) : b[at]! - a[at]!;
  })[0]!;
}
