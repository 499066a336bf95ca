/** Adds decisions to lists of images. */
import type { Decision } from '../../contract/model/review';
import type { Dataset } from './dataset.svelte';

export type Decided<T> = T & { readonly decision: Decision | null };

/** @param imageOf the id of an item's image */
export async function withDecisions<T extends object>(
  { engine, id }: Dataset,
  items: readonly T[],
  imageOf: (item: T) => number,
): Promise<Decided<T>[]> {
  const rows = await engine.call('review.decisions', { dataset: id, images: items.map(imageOf) });
  const decisions = new Map(rows.map(({ image, decision }) => [image, decision]));
  return items.map((item) => ({ ...item, decision: decisions.get(imageOf(item)) ?? null }));
}
