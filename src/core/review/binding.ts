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

/**
 * An image with the same path and the same content is matched first. Otherwise a moved file is found by its content, if
 * there is no image at the old path and a new place has no decision of its own. If the image is still at its path, a
 * decision never applies to a copy at another path, because the two may be labelled differently.
 * `keep` is valid only while the image's own class is the one that was kept. Unreadable files have no content hash and are matched
 * by path alone.
 */
export function bindDecisions(decisions: readonly BoundDecision[], images: readonly ReviewImage[]): Binding {
  const byPath = new Map(images.map((image) => [image.path, image]));
  const byContent = new Map<string, ReviewImage[]>();
  for (const image of images) {
    if (image.sha256 === null) continue;
    const list = byContent.get(image.sha256);
    if (list === undefined) byContent.set(image.sha256, [image]);
    else list.push(image);
  }
  const bound = new Map<number, BoundDecision>();
  const stale: BoundDecision[] = [];
  const homeless: BoundDecision[] = [];
  const settle = (image: ReviewImage, decision: BoundDecision): void => {
    if (decision.verdict === 'keep' && decision.given !== image.ownClass) stale.push(decision);
    else bound.set(image.id, decision);
  };
  for (const decision of decisions) {
    const image = byPath.get(decision.path);
    if (image === undefined) homeless.push(decision);
    else if (image.sha256 === decision.sha256) settle(image, decision);
    else stale.push(decision);
  }
  for (const decision of homeless) {
    const moved = decision.sha256 === null ? [] : (byContent.get(decision.sha256) ?? []);
    const free = moved.filter((image) => !bound.has(image.id)).sort((x, y) => byCodePoint(x.path, y.path));
    if (free.length === 0) stale.push(decision);
    else settle(free[0]!, decision);
  }
  return { decisions: bound, stale };
}
