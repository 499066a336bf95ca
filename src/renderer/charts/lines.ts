/** Arithmetic of line charts whose values may be missing. */

export interface Point {
  readonly x: number;
  /** Null where the value was not finite. */
  readonly y: number | null;
}

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  /** Opacity, 0–1: for lines that have an order, such as the layers of a net. */
  readonly depth?: number;
}

export type Scale = (value: number) => number;

/**
 * One `points` attribute for each stretch without a gap, in pixels. A stretch of a single point is repeated, so that
 * its round cap is drawn.
 */
export function stretches(points: readonly Point[], x: Scale, y: Scale): string[] {
  const made: string[][] = [];
  let open: string[] | null = null;
  for (const point of points) {
    if (point.y === null) {
      open = null;
      continue;
    }
    if (open === null) made.push((open = []));
    open.push(`${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`);
  }
  return made.map((stretch) => (stretch.length === 1 ? [stretch[0]!, stretch[0]!] : stretch).join(' '));
}

const NAME_TALL = 12;

/**
 * Baselines for the names of level lines: above the line and above one another; below the line where there is no room
 * above.
 * @param tops y positions of the lines in pixels
 * @returns y positions of the baselines
 */
export function levelNames(tops: readonly number[], least: number): number[] {
  const made = tops.map(() => 0);
  let ceiling = Infinity;
  for (const at of [...tops.keys()].sort((a, b) => tops[b]! - tops[a]!)) {
    const above = Math.min(tops[at]! - 4, ceiling - NAME_TALL);
    made[at] = above < least + NAME_TALL ? tops[at]! + NAME_TALL : above;
    ceiling = made[at];
  }
  return made;
}

/** The point nearest to a pixel over all lines; null if there are no points. */
export function nearestPoint(
  lines: readonly Line[],
  x: Scale,
  y: Scale,
  px: number,
  py: number,
): { line: Line; point: Point & { y: number } } | null {
  let best: { line: Line; point: Point & { y: number } } | null = null;
  let least = Infinity;
  for (const line of lines) {
    for (const point of line.points) {
      if (point.y === null) continue;
      // The distance along the steps counts first, because the pointer asks for a step.
      const distance = 4 * (x(point.x) - px) ** 2 + (y(point.y) - py) ** 2;
      if (distance < least) [best, least] = [{ line, point: { x: point.x, y: point.y } }, distance];
    }
  }
  return best;
}

/**
 * Domain of a log axis over positive values: whole powers of ten, at most `span` of them. Smaller values are drawn at
 * the bottom.
 */
export function logDomain(values: readonly number[], span = 6): [number, number] {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return [1e-3, 1];
  const high = Math.ceil(Math.log10(Math.max(...positive)));
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const top = high === low ? high + 1 : high;
  return [10 ** Math.max(low, top - span), 10 ** top];
}
