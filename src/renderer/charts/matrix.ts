/** What the forms of the confusion matrix share, and where the cells of a large one are. All lengths are in pixels. */
import type { ClassMatrix, ConfusionCell } from '../../core/labels/confusions';
import { className } from '../../core/text/names';
import { counted } from '../../core/text/numbers';
import type { Zoom } from '../parts/zoom';

export interface MatrixProps {
  /** Its cells are those that hold images, in any order; all others are zero. */
  readonly matrix: ClassMatrix;
  /** The indices of the classes, in the order of rows and columns. */
  readonly order: readonly number[];
  /** The cell whose images are shown; null if there is none. */
  readonly chosen: { readonly given: string; readonly predicted: string } | null;
  /** Opens the images of a cell. */
  readonly open: (given: number, predicted: number) => void;
}

export function sayCell(count: number, given: string, predicted: string): string {
  return `${counted(count, 'image')} given ${className(given)}, predicted ${className(predicted)}`;
}

/** A position in the shown order, not an index of a class. */
export interface MatrixPlace {
  readonly row: number;
  readonly column: number;
}

/** The cells by their place in the shown order. */
export function placedCells(order: readonly number[], cells: readonly ConfusionCell[]): Map<number, ConfusionCell> {
  const places = new Map(order.map((index, place) => [index, place]));
  return new Map(cells.map((cell) => [places.get(cell.given)! * order.length + places.get(cell.predicted)!, cell]));
}

/**
 * The place under a point, or, where cells are smaller than the reach, the one with the most images near the point.
 * @param side width of a cell
 * @returns null outside the matrix
 */
export function placeAt(
  x: number,
  y: number,
  side: number,
  size: number,
  cells: ReadonlyMap<number, ConfusionCell>,
  reach = 4,
): MatrixPlace | null {
  const [row, column] = [Math.floor(y / side), Math.floor(x / side)];
  if (row < 0 || column < 0 || row >= size || column >= size) return null;
  let best = { row, column };
  let most = cells.get(row * size + column)?.count ?? 0;
  if (most > 0) return best;
  const around = Math.floor(reach / side);
  for (let r = Math.max(0, row - around); r <= Math.min(size - 1, row + around); r += 1) {
    for (let c = Math.max(0, column - around); c <= Math.min(size - 1, column + around); c += 1) {
      const count = cells.get(r * size + c)?.count ?? 0;
      if (count > most) [best, most] = [{ row: r, column: c }, count];
    }
  }
  return best;
}

/**
 * The zoom at which the same classes are in the middle of the picture, with cells of the same width, after their order
 * has changed. Where the class in the middle is gone, the nearest one that remains takes its place.
 * @param before the names of the classes in the order shown until now
 * @param side width of the picture
 */
export function followed(zoom: Zoom, before: readonly string[], after: readonly string[], side: number): Zoom {
  if (after.length === 0 || before.length === 0 || side === 0) return zoom;
  const cell = (side * zoom.scale) / before.length;
  const places = new Map(after.map((name, place) => [name, place]));
  const moved = (from: number): number => {
    const at = (side / 2 - from) / cell;
    const middle = Math.max(0, Math.min(before.length - 1, Math.floor(at)));
    for (let away = 0; away < before.length; away += 1) {
      for (const near of [middle - away, middle + away]) {
        const to = places.get(before[near] ?? '');
        if (to !== undefined) return side / 2 - (to + at - middle) * cell;
      }
    }
    return from;
  };
  const scale = Math.max(1, (zoom.scale * after.length) / before.length);
  return { scale, left: moved(zoom.left), top: moved(zoom.top) };
}
