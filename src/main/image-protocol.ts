/** Serves images to the window. */
import { IMAGE_SCHEME } from '../contract/bridge';
import type { EngineProcess } from '../shell/engine-process';
import { answerImage } from '../shell/images';
import { serveScheme } from './scheme';

const START = `${IMAGE_SCHEME}://`;

export function serveImages(engine: EngineProcess): void {
  serveScheme(IMAGE_SCHEME, (url) => answerImage(engine, url.slice(START.length)));
}
