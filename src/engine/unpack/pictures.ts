/** Writes images from samples as PNG files, several at a time. */
import { encodeSamples } from '../images/pixels';
import type { UnpackTarget } from './target';

/** Pictures that are encoded at the same time. */
const AT_ONCE = 8;

export interface EncodablePicture {
  readonly path: string;
  readonly samples: Uint8Array | Uint16Array;
  readonly shape: { readonly width: number; readonly height: number; readonly channels: 1 | 3 | 4 };
}

export async function writePictures(
  pictures: AsyncIterable<EncodablePicture> | Iterable<EncodablePicture>,
  target: UnpackTarget,
): Promise<void> {
  let batch: EncodablePicture[] = [];
  const flush = async (): Promise<void> => {
    const encoded = await Promise.all(batch.map(({ samples, shape }) => encodeSamples(samples, shape)));
    for (const [i, { path }] of batch.entries()) await target.write(path, [encoded[i]!]);
    batch = [];
  };
  for await (const picture of pictures) {
    batch.push(picture);
    if (batch.length === AT_ONCE) await flush();
  }
  await flush();
}
