/** The images of a filter, without their facts. */
import type { ImageFilter } from '../../contract/model/queries';
import type { Dataset } from './dataset.svelte';

/** Images per call: the most that a page may contain. */
const CHUNK = 1000;

/**
 * Ids of the images that match, in the order of their paths.
 * @param most at most so many
 */
export async function imageIds({ engine, id }: Dataset, filter: ImageFilter, most: number): Promise<number[]> {
  const ids: number[] = [];
  for (let offset = 0; offset < most; offset += CHUNK) {
    const { total, items } = await engine.call('images.list', {
      dataset: id,
      offset,
      limit: Math.min(CHUNK, most - offset),
      filter,
      sort: { by: 'path', descending: false },
    });
    ids.push(...items.map((card) => card.id));
    if (offset + CHUNK >= total) break;
  }
  return ids;
}
