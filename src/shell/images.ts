/** Serves images to a window: only by data set and image id, with bytes from the engine. */
import { PlumblineError } from '../contract/errors';
import type { EngineProcess } from './engine-process';
import { parseImageAddress } from './image-address';
import { emptyReply, type Reply } from './reply';

/** @param address what follows the bridge's `images`: `thumbnail/<dataset>/<image>?r=<revision>` */
export async function answerImage(engine: Pick<EngineProcess, 'call'>, address: string): Promise<Reply> {
  const wanted = parseImageAddress(address);
  if (wanted === null) return emptyReply(400);
  try {
    const { data, type } = await engine.call(wanted.call, { dataset: wanted.dataset, image: wanted.image });
    const cache = wanted.revised ? 'private, max-age=31536000, immutable' : 'no-store';
    return {
      status: 200,
      headers: { 'content-type': type, 'cache-control': cache, 'x-content-type-options': 'nosniff' },
      body: new Uint8Array(data),
    };
  } catch (error) {
    const code = error instanceof PlumblineError ? error.code : null;
    return emptyReply(code === 'not-found' ? 404 : code === 'forbidden' ? 403 : 500);
  }
}
