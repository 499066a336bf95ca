/**
 * The interface between the shell and a window. Separate from the schemas of the frames, so that the preload script
 * contains no schema library.
 */
import type { FromEngineFrame, RequestFrame } from './frames';

/** The only pair of channels between a window and the shell: one for requests, one for replies and events. */
export const WINDOW_CHANNEL = 'plumbline';

/**
 * All that the preload script adds to `window`, as `window.plumbline`. The shell opens a folder that is dropped on the
 * window and announces it by `dataset-opened`. Chromium hands the folder to the shell only where the page does not
 * prevent the default of `dragover` and `drop`.
 */
export interface WindowBridge {
  post(frame: RequestFrame): void;
  /** Returns a function that ends the subscription. */
  subscribe(listener: (frame: FromEngineFrame) => void): () => void;
}

/**
 * Images are shown by `<img src="plumbline-image://thumbnail/<dataset>/<image>?r=<revision>">` (or `//picture/…`),
 * never by path.
 */
export const IMAGE_SCHEME = 'plumbline-image';
