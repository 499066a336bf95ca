/** How a picture is looked at. Two pictures with the same one are zoomed and moved together. */
import type { Channel } from './channels';
import { FIT, type Zoom } from './zoom';

export class Look {
  zoom = $state.raw<Zoom>(FIT);
  /** The channel that is shown alone; null for the whole picture. */
  channel = $state<Channel['id'] | null>(null);
  loupe = $state(false);
  /** Where the mouse was last, in the picture's box; null before it was there. */
  pointer = $state.raw<{ readonly x: number; readonly y: number } | null>(null);
}
