/**
 * Builds groups from proved pairs. A group is a connected component with a representative, and each member has a
 * relation to the representative.
 */
import type { Relation } from '../../contract/model/finding';
import type { Group } from '../checks/check';
import { Components } from '../dataset/components';
import type { SearchedImage } from './contents';
import { chooseKeeper } from './keeper';
import { composed, inverse, type Orientation, relationOf, UPRIGHT } from './orientation';

export interface Link {
  readonly a: number;
  readonly b: number;
  /** The orientation to apply to b so that it becomes a. */
  readonly orientation: Orientation;
  readonly similarity: number;
}

const UNDECIDED = new Map<number, never>();

/**
 * Groups of two or more images. The representative is the member that stays if no decision has been made. Groups are in
 * the order of their representatives in `images`; the other members follow in the order of `images`.
 * A member without a direct link to the representative gets its relation through the most similar links.
 */
export function groupsOf(images: readonly SearchedImage[], links: readonly Link[]): Group[] {
  const components = new Components(images.length);
  const around = new Map<number, { to: number; orientation: Orientation; similarity: number }[]>();
  const add = (from: number, to: number, orientation: Orientation, similarity: number): void => {
    const list = around.get(from);
    if (list) list.push({ to, orientation, similarity });
    else around.set(from, [{ to, orientation, similarity }]);
  };
  for (const { a, b, orientation, similarity } of links) {
    components.join(a, b);
    add(a, b, orientation, similarity);
    add(b, a, inverse(orientation), similarity);
  }
  const members = new Map<number, number[]>();
  for (const i of [...around.keys()].sort((x, y) => x - y)) {
    const root = components.find(i);
    const list = members.get(root);
    if (list) list.push(i);
    else members.set(root, [i]);
  }
  return [...members.values()]
    .map((list) => {
      const head = chooseKeeper(
        list.map((i) => images[i] as SearchedImage),
        UNDECIDED,
        null,
      );
      return { keeper: list.find((i) => images[i] === head) as number, list };
    })
    .sort((x, y) => x.keeper - y.keeper)
    .map(({ keeper, list }) => grouped(images, keeper, list, around));
}

type Around = ReadonlyMap<number, readonly { to: number; orientation: Orientation; similarity: number }[]>;

/**
 * Widest paths from the keeper (Prim's order): maximizes the weakest link and composes the orientations along the path.
 */
function grouped(images: readonly SearchedImage[], keeper: number, list: readonly number[], around: Around): Group {
  const reached = new Map<number, { orientation: Orientation; similarity: number }>([
    [keeper, { orientation: UPRIGHT, similarity: 1 }],
  ]);
  const frontier = (around.get(keeper) ?? []).map((link) => ({ ...link }));
  while (frontier.length > 0) {
    let best = 0;
    for (let i = 1; i < frontier.length; i++)
      if ((frontier[i]?.similarity ?? 0) > (frontier[best]?.similarity ?? 0)) best = i;
    const [link] = frontier.splice(best, 1);
    if (!link || reached.has(link.to)) continue;
    reached.set(link.to, { orientation: link.orientation, similarity: link.similarity });
    for (const next of around.get(link.to) ?? []) {
      if (reached.has(next.to)) continue;
      // Applying `next.orientation` to `next.to` gives `link.to`; applying `link.orientation` to that gives the keeper.
      frontier.push({
        to: next.to,
        orientation: composed(next.orientation, link.orientation),
        similarity: Math.min(next.similarity, link.similarity),
      });
    }
  }
  const others = list.filter((i) => i !== keeper);
  const head = images[keeper] as SearchedImage;
  return {
    members: [head.id, ...others.map((i) => (images[i] as SearchedImage).id)],
    relations: [
      null,
      ...others.map((i) => relation(head, images[i] as SearchedImage, reached.get(i)?.orientation ?? UPRIGHT)),
    ],
    similarities: [1, ...others.map((i) => reached.get(i)?.similarity ?? 0)],
  };
}

function relation(head: SearchedImage, other: SearchedImage, orientation: Orientation): Relation {
  if (head.sha256 !== null && head.sha256 === other.sha256) return 'same-bytes';
  if (head.facts.pixelHash === other.facts.pixelHash) return 'same-pixels';
  // The relation describes the way from the representative to the member, which is the inverse.
  return relationOf(inverse(orientation));
}
