/** Where a popover is moved so that nothing cuts it off. All lengths are in pixels of the window. */

const GAP = 8;

interface Span {
  readonly left: number;
  readonly right: number;
}

/** How far to the right a popover has to move to be inside of what cuts it off; its left edge matters most. */
export function shiftInto(around: Span, popover: Span): number {
  const left = Math.min(popover.left, popover.left + around.right - GAP - popover.right);
  return Math.max(left, around.left + GAP) - popover.left;
}
