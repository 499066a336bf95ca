/** Zooming and moving a picture in a box. All lengths are in pixels of the window. */

/** `scale` 1 fits the picture in its box; `left` and `top` place the box's corner after scaling. */
export interface Zoom {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export const FIT: Zoom = { scale: 1, left: 0, top: 0 };

export function isFit({ scale, left, top }: Zoom): boolean {
  return scale === 1 && left === 0 && top === 0;
}

/** The largest scale, as a multiple of the larger of "fit" and "true size". */
const MOST = 8;

/**
 * The scale at which each pixel of the picture is one pixel of the screen; 1 where a size is not known.
 * @param ratio pixels of the screen per pixel of the window
 */
export function trueScale(box: Size, picture: Size, ratio: number): number {
  const fit = Math.min(box.width / picture.width, box.height / picture.height);
  return Number.isFinite(fit) && fit > 0 ? 1 / (fit * ratio) : 1;
}

/** Zooms to a scale so that the point under (x, y) stays where it is, if the picture still fills the box then. */
export function zoomTo(zoom: Zoom, scale: number, x: number, y: number, box: Size, trueSize: number): Zoom {
  const to = Math.min(MOST * Math.max(1, trueSize), Math.max(Math.min(1, trueSize), scale));
  const factor = to / zoom.scale;
  return within({ scale: to, left: x - (x - zoom.left) * factor, top: y - (y - zoom.top) * factor }, box);
}

export function panned(zoom: Zoom, dx: number, dy: number, box: Size): Zoom {
  return within({ ...zoom, left: zoom.left + dx, top: zoom.top + dy }, box);
}

/** No gap on one side while the other side is hidden; a picture that is smaller than its box is centred. */
function within({ scale, left, top }: Zoom, box: Size): Zoom {
  const place = (at: number, side: number): number => {
    const spare = side * (1 - scale);
    return spare >= 0 ? spare / 2 : Math.min(0, Math.max(spare, at));
  };
  return { scale, left: place(left, box.width), top: place(top, box.height) };
}

/** The place of a picture in its box where it is fitted, before zooming; the whole box where a size is not known. */
export function fitted(box: Size, picture: Size): { left: number; top: number; width: number; height: number } {
  const fit = Math.min(box.width / picture.width, box.height / picture.height);
  if (!Number.isFinite(fit) || fit <= 0) return { left: 0, top: 0, ...box };
  const [width, height] = [picture.width * fit, picture.height * fit];
  return { left: (box.width - width) / 2, top: (box.height - height) / 2, width, height };
}

/** How much larger a loupe shows the picture than it is shown without. */
const LOUPE = 3;

/**
 * The same picture in a round loupe over (x, y): at three times the present scale, and at least at its true size.
 * @returns the zoom of a copy of the box whose corner is the corner of the loupe, which has this radius
 */
export function underLoupe(zoom: Zoom, x: number, y: number, radius: number, trueSize: number): Zoom {
  const scale = Math.max(zoom.scale * LOUPE, trueSize);
  const factor = scale / zoom.scale;
  return { scale, left: radius - (x - zoom.left) * factor, top: radius - (y - zoom.top) * factor };
}
