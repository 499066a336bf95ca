/**
 * The interface between the shell and a window. Separate from the schemas of the frames, so that the preload script
 * contains no schema library.
 */
import type { FromEngineFrame, RequestFrame } from './frames';

/** The only pair of channels between a window and the shell: one for requests, one for replies and events. */
export const WINDOW_CHANNEL = 'plumbline';

/**
 * What only some bridges can do. A control that needs one of these is hidden where the bridge does not name it.
 * `file-manager`: shows files in the system's file manager. `drag-out`: continues the drag of a picture as a drag of its
 * file. `drop`: opens a folder that is dropped on the window.
 */
export type Power = 'file-manager' | 'drag-out' | 'drop';

/**
 * All that the preload script adds to `window`, as `window.plumbline`. The shell opens a folder that is dropped on the
 * window and announces it by `dataset-opened`. Chromium hands the folder to the shell only where the page does not
 * prevent the default of `dragover` and `drop`.
 */
export interface WindowBridge {
  /** Start of the address of every image: `<images>thumbnail/<dataset>/<image>?r=<revision>`. */
  readonly images: string;
  readonly powers: readonly Power[];
  post(frame: RequestFrame): void;
  /** Returns a function that ends the subscription. */
  subscribe(listener: (frame: FromEngineFrame) => void): () => void;
}

/**
 * Images are shown by `<img src="plumbline-image://thumbnail/<dataset>/<image>?r=<revision>">` (or `//picture/…`),
 * never by path.
 */
export const IMAGE_SCHEME = 'plumbline-image';
