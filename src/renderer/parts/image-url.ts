/**
 * The only image addresses of the window. The shell answers them from the engine, so that the window never knows a
 * path.
 */
import { IMAGE_SCHEME } from '../../contract/bridge';

/** `revision` is the data set's `pictures`: the image at one address never changes. */
export function imageUrl(
  kind: 'thumbnail' | 'picture',
  dataset: { readonly id: string; readonly pictures: string },
  image: number,
): string {
  return `${IMAGE_SCHEME}://${kind}/${dataset.id}/${image}?r=${dataset.pictures}`;
}
