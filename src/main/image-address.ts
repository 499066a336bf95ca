/** Addresses of pictures, as the window writes them: `plumbline-image://thumbnail/<dataset>/<image>?r=<revision>`. */
import { IMAGE_SCHEME } from '../contract/bridge';

export interface ImageAddress {
  readonly call: 'images.thumbnail' | 'images.picture';
  readonly dataset: string;
  readonly image: number;
  /** True when the address changes with the picture, so that the answer may be kept for ever. */
  readonly revised: boolean;
}

const PATTERN = new RegExp(`^${IMAGE_SCHEME}://(thumbnail|picture)/([0-9a-f]{16})/(\\d{1,15})(\\?r=\\w{1,40})?$`);

/** Null for whatever is no address of a picture: nothing else is ever asked of the engine. */
export function parseImageAddress(url: string): ImageAddress | null {
  const match = PATTERN.exec(url);
  if (match === null) return null;
  const [, kind, dataset, image, revision] = match;
  return {
    call: kind === 'thumbnail' ? 'images.thumbnail' : 'images.picture',
    dataset: dataset ?? '',
    image: Number(image),
    revised: revision !== undefined,
  };
}
