/** Finds the image of a stored decision in a folder that may have changed since. */
import { byCodePoint } from '../dataset/order';
import type { BoundDecision } from './log';

export interface ReviewImage {
  readonly id: number;
  readonly path: string;
  readonly sha256: string | null;
  readonly className: string;
  /** The class in the user's folder or table; `className` is the name that the user gave to it. */
  readonly ownClass: string;
}

export interface Binding {
  readonly decisions: ReadonlyMap<number, BoundDecision>;
  /**
   * Decisions whose image is gone, or whose path has other content now, or `keep` decisions on a label that has
   * changed.
   */
  readonly stale: readonly BoundDecision[];
}

/** What was stored about one image, and the image at that time. */
interface Placed {
  readonly path: string;
  readonly sha256: string | null;
}

/** Decisions are stale where `keep` was decided on a label that has changed, or where `bindPlaced` finds no image. */
export function bindDecisions(decisions: readonly BoundDecision[], images: readonly ReviewImage[]): Binding {
  const { bound, stale } = bindPlaced(
    decisions,
    images,
    ({ verdict, given }, { ownClass }) => verdict !== 'keep' || given === ownClass,
  );
  return { decisions: bound, stale };
}

/**
 * An image with the same path and the same content is matched first. Otherwise a moved file is found by its content, if
 * there is no image at the old path and nothing else was bound to the new place. If the image is still at its path,
 * nothing is bound to a copy at another path, because the two may be labelled differently. Unreadable files have no
 * content hash and are matched by path alone.
 * @param fits whether what was stored still holds for the image that was found
 */
export function bindPlaced<T extends Placed>(
  items: readonly T[],
  images: readonly ReviewImage[],
  fits: (item: T, image: ReviewImage) => boolean = () => true,
): { bound: ReadonlyMap<number, T>; stale: readonly T[] } {
  const bound = new Map<number, T>();
  const stale: T[] = [];
  if (items.length === 0) return { bound, stale };
  const byPath = new Map(images.map((image) => [image.path, image]));
  const byContent = new Map<string, ReviewImage[]>();
  for (const image of images) {
    if (image.sha256 === null) continue;
    const list = byContent.get(image.sha256);
    if (list === undefined) byContent.set(image.sha256, [image]);
    else list.push(image);
  }
  const homeless: T[] = [];
  const settle = (image: ReviewImage, item: T): void => {
    if (fits(item, image)) bound.set(image.id, item);
    else stale.push(item);
  };
  for (const item of items) {
    const image = byPath.get(item.path);
    if (image === undefined) homeless.push(item);
    else if (image.sha256 === item.sha256) settle(image, item);
    else stale.push(item);
  }
  for (const item of homeless) {
    const moved = item.sha256 === null ? [] : (byContent.get(item.sha256) ?? []);
    const free = moved.filter((image) => !bound.has(image.id)).sort((x, y) => byCodePoint(x.path, y.path));
    if (free.length === 0) stale.push(item);
    else settle(free[0]!, item);
  }
  return { bound, stale };
}
