/** The only addresses of pictures: the shell answers them from the engine, so the window never names a path. */
import { IMAGE_SCHEME } from '../../contract/bridge';

/** `revision` is the data set's `pictures`: under one address a picture never changes. */
export function imageUrl(
  kind: 'thumbnail' | 'picture',
  dataset: { readonly id: string; readonly pictures: string },
  image: number,
): string {
  return `${IMAGE_SCHEME}://${kind}/${dataset.id}/${image}?r=${dataset.pictures}`;
}
