/** Where a small picture is enlarged. All lengths are in pixels of the window. */

const SIDE = 320;
const GAP = 8;

/**
 * A square beside the picture, on the side with more room and at its height. It never covers the picture and is
 * always inside the window; where there is little room it is smaller.
 */
export function previewPlace(
  picture: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
  screen: { readonly width: number; readonly height: number },
): { left: number; top: number; side: number } {
  const [before, after] = [picture.left, screen.width - picture.right];
  const side = Math.max(0, Math.min(SIDE, Math.max(before, after) - 2 * GAP, screen.height - 2 * GAP));
  const left = before > after ? picture.left - GAP - side : picture.right + GAP;
  const middle = (picture.top + picture.bottom - side) / 2;
  return { left, top: Math.max(GAP, Math.min(screen.height - GAP - side, middle)), side };
}
