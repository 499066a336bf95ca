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

/** Images by path and by content hash, to find the images of stored items. Made once for many bindings. */
export interface ReviewIndex {
  readonly byPath: ReadonlyMap<string, ReviewImage>;
  readonly byContent: ReadonlyMap<string, readonly ReviewImage[]>;
}

interface GrowingIndex extends ReviewIndex {
  readonly byPath: Map<string, ReviewImage>;
  readonly byContent: Map<string, ReviewImage[]>;
}

export const emptyIndex = (): GrowingIndex => ({ byPath: new Map(), byContent: new Map() });

export function addToIndex({ byPath, byContent }: GrowingIndex, image: ReviewImage): void {
  byPath.set(image.path, image);
  if (image.sha256 === null) return;
  const list = byContent.get(image.sha256);
  if (list === undefined) byContent.set(image.sha256, [image]);
  else list.push(image);
}

/** Items that were bound to images. */
export interface Bound<T> {
  readonly bound: ReadonlyMap<number, T>;
  readonly stale: readonly T[];
  /** Whether there is no image at the path of an item, so that it may belong to a moved file. */
  readonly homeless: boolean;
}

/** Whether a decision still holds: the label that `keep` confirmed must not have changed since. */
export const stillKept = ({ verdict, given }: BoundDecision, { ownClass }: ReviewImage): boolean =>
  verdict !== 'keep' || given === ownClass;

/** Decisions are stale where `keep` was decided on a label that has changed, or where `bindPlaced` finds no image. */
export function bindDecisions(decisions: readonly BoundDecision[], index: ReviewIndex): Binding {
  const { bound, stale } = bindPlaced(decisions, index, stillKept);
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
  { byPath, byContent }: ReviewIndex,
  fits: (item: T, image: ReviewImage) => boolean = () => true,
): Bound<T> {
  const bound = new Map<number, T>();
  const stale: T[] = [];
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
  return { bound, stale, homeless: homeless.length > 0 };
}

/** The new item of one image; `item` is null if it now has none. */
interface Rebinding<T> extends Placed {
  readonly item: T | null;
}

/**
 * Binds again only what has changed.
 * @param before made from the same images
 * @param fits as for `bindPlaced`
 * @returns null where everything has to be bound again, because the change may concern other items too
 */
export function rebound<T extends Placed>(
  before: Bound<T>,
  changes: readonly Rebinding<T>[],
  { byPath }: ReviewIndex,
  fits: (item: T, image: ReviewImage) => boolean = () => true,
): Bound<T> | null {
  if (before.homeless) return null;
  const stale = new Set(before.stale.map(({ path }) => path));
  const bound = new Map(before.bound);
  for (const { path, sha256, item } of changes) {
    const image = byPath.get(path);
    if (image?.sha256 !== sha256 || stale.has(path)) return null;
    // The map is in the order of the last changes.
    bound.delete(image.id);
    if (item === null) continue;
    if (!fits(item, image)) return null;
    bound.set(image.id, item);
  }
  return { ...before, bound };
}
