/** Arithmetic of a scatter plot that is panned, zoomed and lassoed. */

export interface View {
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

/** The view that shows all points with a margin; equal scales on both axes, so that distances stay true. */
export function fitting(x: Float32Array, y: Float32Array, size: Size, margin = 24): View {
  let [minX, maxX, minY, maxY] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < x.length; i += 1) {
    minX = Math.min(minX, x[i]!);
    maxX = Math.max(maxX, x[i]!);
    minY = Math.min(minY, y[i]!);
    maxY = Math.max(maxY, y[i]!);
  }
  if (x.length === 0) return { scale: 1, left: size.width / 2, top: size.height / 2 };
  const scale = Math.min((size.width - 2 * margin) / Math.max(1e-6, maxX - minX), (size.height - 2 * margin) / Math.max(1e-6, maxY - minY));
  return { scale, left: size.width / 2 - (scale * (minX + maxX)) / 2, top: size.height / 2 - (scale * (minY + maxY)) / 2 };
}

/** Zooms by a factor so that the point under (px, py) stays where it is. */
export function zoomed(view: View, factor: number, px: number, py: number): View {
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

/** Index of the point nearest to a pixel, within `reach` pixels; −1 where there is none. */
export function nearest(x: Float32Array, y: Float32Array, view: View, px: number, py: number, reach: number): number {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < x.length; i += 1) {
    const distance = (view.left + view.scale * x[i]! - px) ** 2 + (view.top + view.scale * y[i]! - py) ** 2;
    if (distance <= least) [best, least] = [i, distance];
  }
  return best;
}
