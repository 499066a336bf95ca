/**
 * Between the shell and a window. Apart from the frames' schemas, so that the preload script carries no schema library.
 */
import type { FromEngineFrame, RequestFrame } from './frames';

/** The one channel pair between a window and the shell: requests up, replies and events down. */
export const WINDOW_CHANNEL = 'plumbline';

/**
 * What the preload script puts on `window.plumbline`, and nothing else. A folder that is dropped on the window is
 * opened by the shell and
 * announced by `dataset-opened`: Chromium hands it over only where the page does not prevent the default of `dragover`
 * and `drop`.
 */
export interface WindowBridge {
  post(frame: RequestFrame): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (frame: FromEngineFrame) => void): () => void;
}

/**
 * Pictures are shown by `<img src="plumbline-image://thumbnail/<dataset>/<image>?r=<revision>">` (or `//picture/…`),
 * never by path.
 */
export const IMAGE_SCHEME = 'plumbline-image';
