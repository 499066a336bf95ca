/** Geometry of a scatter plot with panning, zooming and a lasso. */

export interface Viewport {
  /** Pixels per unit of the data. */
  readonly scale: number;
  /** Pixel position of the data's origin. */
  readonly left: number;
  readonly top: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The view that shows all points with a margin. Both axes have the same scale, so that distances are correct. */
export function fitting(x: Float32Array, y: Float32Array, size: Size, margin = 24): Viewport {
  let [minX, maxX, minY, maxY] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < x.length; i += 1) {
    minX = Math.min(minX, x[i]!);
    maxX = Math.max(maxX, x[i]!);
    minY = Math.min(minY, y[i]!);
    maxY = Math.max(maxY, y[i]!);
  }
  if (x.length === 0) return { scale: 1, left: size.width / 2, top: size.height / 2 };
  const scale = Math.min(
    (size.width - 2 * margin) / Math.max(1e-6, maxX - minX),
    (size.height - 2 * margin) / Math.max(1e-6, maxY - minY),
  );
  return {
    scale,
    left: size.width / 2 - (scale * (minX + maxX)) / 2,
    top: size.height / 2 - (scale * (minY + maxY)) / 2,
  };
}

/** Zooms by a factor so that the point under (px, py) stays where it is. */
export function zoomed(view: Viewport, factor: number, px: number, py: number): Viewport {
  return { scale: view.scale * factor, left: px - (px - view.left) * factor, top: py - (py - view.top) * factor };
}

/** Whether a point lies in a polygon (even-odd rule); `polygon` holds x, y in turn. */
export function inPolygon(px: number, py: number, polygon: readonly number[]): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [polygon[i]!, polygon[i + 1]!, polygon[j]!, polygon[j + 1]!];
    if (yi > py !== yj > py && px < ((xj - xi) * (py - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** A drag that stays this close to a straight line, relative to its length, is taken as the diagonal of a rectangle. */
const STRAIGHT = 0.1;

/**
 * The polygon that a drag selects: a rectangle for a nearly straight drag, else the dragged path. `path` holds x, y in
 * turn.
 */
export function outlineOf(path: readonly number[]): readonly number[] {
  if (path.length < 4) return path;
  const [x0, y0, x1, y1] = [path[0]!, path[1]!, path[path.length - 2]!, path[path.length - 1]!];
  const length = Math.hypot(x1 - x0, y1 - y0);
  for (let i = 0; i < path.length; i += 2) {
    const off = Math.abs((x1 - x0) * (path[i + 1]! - y0) - (y1 - y0) * (path[i]! - x0));
    if (off > STRAIGHT * length * length || length === 0) return path;
  }
  return [x0, y0, x1, y0, x1, y1, x0, y1];
}

/** Index of the point nearest to a pixel, within `reach` pixels; −1 if there is none. */
export function nearest(
  x: Float32Array,
  y: Float32Array,
  view: Viewport,
  px: number,
  py: number,
  reach: number,
): number {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < x.length; i += 1) {
    const distance = (view.left + view.scale * x[i]! - px) ** 2 + (view.top + view.scale * y[i]! - py) ** 2;
    if (distance <= least) [best, least] = [i, distance];
  }
  return best;
}

/**
 * The points 0 … `count` − 1 in the order of their groups, and in their own order within each group.
 * @param groupOf from 0 to `groups` − 1
 */
export function byGroup(count: number, groups: number, groupOf: (point: number) => number): Uint32Array {
  const starts = new Uint32Array(groups + 1);
  for (let i = 0; i < count; i += 1) starts[groupOf(i) + 1]! += 1;
  for (let group = 0; group < groups; group += 1) starts[group + 1]! += starts[group]!;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) {
    const group = groupOf(i);
    order[starts[group]!] = i;
    starts[group]! += 1;
  }
  return order;
}
