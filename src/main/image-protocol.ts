/** Serves images to the window: only by data set and image id, with bytes from the engine. */
import { IMAGE_SCHEME } from '../contract/bridge';
import { PlumblineError } from '../contract/errors';
import type { EngineProcess } from './engine-process';
import { parseImageAddress } from './image-address';
import { emptyReply, serveScheme } from './scheme';

export function serveImages(engine: EngineProcess): void {
  serveScheme(IMAGE_SCHEME, async (url) => {
    const address = parseImageAddress(url);
    if (address === null) return emptyReply(400);
    try {
      const { data, type } = await engine.call(address.call, { dataset: address.dataset, image: address.image });
      const cache = address.revised ? 'private, max-age=31536000, immutable' : 'no-store';
      return {
        status: 200,
        headers: { 'content-type': type, 'cache-control': cache, 'x-content-type-options': 'nosniff' },
        body: new Uint8Array(data),
      };
    } catch (error) {
      return emptyReply(error instanceof PlumblineError && error.code === 'not-found' ? 404 : 500);
    }
  });
}
