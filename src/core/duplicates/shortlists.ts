/** The few nearest neighbours of each of n items, in preallocated storage. */

export interface Shortlists {
  /** Neighbours of item i, nearest first, start at items[i · most]; there are `counts[i]` of them. */
  readonly items: Int32Array;
  readonly cosines: Float32Array;
  readonly counts: Uint8Array;
  readonly most: number;
}

/** @param most at most 255 */
export function emptyShortlists(n: number, most: number): Shortlists {
  return { items: new Int32Array(n * most), cosines: new Float32Array(n * most), counts: new Uint8Array(n), most };
}

/** Whether a neighbour with this cosine would be added to the list of `i`. */
export function wouldEnter({ cosines, counts, most }: Shortlists, i: number, cosine: number): boolean {
  return (counts[i] as number) < most || cosine > (cosines[(i + 1) * most - 1] as number);
}

/** Adds `item` to the list of `i` if it is near enough and not yet in it. */
export function enter(lists: Shortlists, i: number, item: number, cosine: number): void {
  const { items, cosines, counts, most } = lists;
  if (!wouldEnter(lists, i, cosine)) return;
  const base = i * most;
  const count = counts[i] as number;
  for (let k = 0; k < count; k++) if (items[base + k] === item) return;
  let at = Math.min(count, most - 1);
  for (; at > 0 && (cosines[base + at - 1] as number) < cosine; at--) {
    items[base + at] = items[base + at - 1] as number;
    cosines[base + at] = cosines[base + at - 1] as number;
  }
  items[base + at] = item;
  cosines[base + at] = cosine;
  if (count < most) counts[i] = count + 1;
}
