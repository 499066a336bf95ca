/** Arithmetic of line charts whose values may be missing. */

export interface Point {
  readonly x: number;
  /** Null where it was no number. */
  readonly y: number | null;
}

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  /** 0–1, drawn as strength: for lines that are ordered, like the layers of a net. */
  readonly depth?: number;
}

export type Scale = (value: number) => number;

/**
 * One `points` attribute for each stretch without a gap, in pixels; a stretch of a single point is doubled, so that its
 * cap is drawn.
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
 * Where the names of level lines stand: above their line and above one another, below it where the drawing ends.
 * @param tops of the lines, pixels;
 * @returns baselines
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

/** The point nearest to a pixel over all lines; null where there is none. */
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
      // Along the steps first: a reading is asked for at a step.
      const distance = 4 * (x(point.x) - px) ** 2 + (y(point.y) - py) ** 2;
      if (distance < least) [best, least] = [{ line, point: { x: point.x, y: point.y } }, distance];
    }
  }
  return best;
}

/**
 * Domain of a log axis over positive values, whole powers of ten, at most `span` of them: what is smaller is drawn at
 * the foot.
 */
export function logDomain(values: readonly number[], span = 6): [number, number] {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return [1e-3, 1];
  const high = Math.ceil(Math.log10(Math.max(...positive)));
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const top = high === low ? high + 1 : high;
  return [10 ** Math.max(low, top - span), 10 ** top];
}
