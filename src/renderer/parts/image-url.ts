/**
 * The only image addresses of the window. Shell or server answer them from the engine, so that the window never knows a
 * path.
 */
import type { Engine } from '../state/engine';

/** `revision` is the data set's `pictures`: the image at one address never changes. */
export function imageUrl(
  kind: 'thumbnail' | 'picture',
  dataset: { readonly id: string; readonly pictures: string; readonly engine: Pick<Engine, 'images'> },
  image: number,
): string {
  return `${dataset.engine.images}${kind}/${dataset.id}/${image}?r=${dataset.pictures}`;
}
