/** Addresses of images, as the window writes them after the bridge's `images`: `thumbnail/<dataset>/<image>?r=<revision>`. */
export interface ImageAddress {
  readonly call: 'images.thumbnail' | 'images.picture';
  readonly dataset: string;
  readonly image: number;
  /** True when the address changes with the image, so that the response may be cached for ever. */
  readonly revised: boolean;
}

const PATTERN = /^(thumbnail|picture)\/([0-9a-f]{16})\/(\d{1,15})(\?r=\w{1,40})?$/;

/** Null for any other address: the engine is asked only for images. */
export function parseImageAddress(address: string): ImageAddress | null {
  const match = PATTERN.exec(address);
  if (match === null) return null;
  const [, kind, dataset, image, revision] = match;
  return {
    call: kind === 'thumbnail' ? 'images.thumbnail' : 'images.picture',
    dataset: dataset ?? '',
    image: Number(image),
    revised: revision !== undefined,
  };
}
