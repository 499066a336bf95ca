/** Draws a large confusion matrix. All lengths are in pixels. */
import type { ConfusionCell } from '../../core/labels/confusions';
import type { MatrixPlace } from './matrix';

export interface MatrixColours {
  readonly names: string;
  readonly ground: string;
  readonly hit: string;
  readonly confused: string;
  readonly accent: string;
  readonly text: string;
}

/** Where the matrix is drawn: a square of `width`, with a margin for names on the left and above. */
interface MatrixFrame {
  readonly width: number;
  readonly margin: number;
  /** Width of a cell. */
  readonly cell: number;
  /** The corner of the first cell, which may be out of sight. */
  readonly left: number;
  readonly top: number;
}

interface DrawnMatrix {
  /** The cells by their place, as `placedCells` gives them. */
  readonly placed: ReadonlyMap<number, ConfusionCell>;
  /** Number of classes. */
  readonly size: number;
  /** Images per given class. */
  readonly totals: readonly number[];
}

/** The cells in sight, the darker, the larger their share of the given class. */
export function drawCells(
  context: CanvasRenderingContext2D,
  colours: MatrixColours,
  { width, margin, cell, left, top }: MatrixFrame,
  { placed, size, totals }: DrawnMatrix,
): void {
  context.save();
  context.beginPath();
  context.rect(margin, margin, width - margin, width - margin);
  context.clip();
  context.fillStyle = colours.ground;
  context.fillRect(margin, margin, width - margin, width - margin);
  const drawn = Math.max(1, cell - (cell > 6 ? 1 : 0));
  for (const [place, { given, predicted, count }] of placed) {
    const [x, y] = [left + (place % size) * cell, top + Math.floor(place / size) * cell];
    if (x + drawn < margin || y + drawn < margin || x > width || y > width) continue;
    context.globalAlpha = 0.2 + 0.8 * Math.sqrt(count / Math.max(1, totals[given] ?? 1));
    context.fillStyle = given === predicted ? colours.hit : colours.confused;
    context.fillRect(x, y, drawn, drawn);
  }
  context.restore();
}

/** An outline around a cell, large enough to be seen where cells are small. */
export function drawMark(
  context: CanvasRenderingContext2D,
  ink: string,
  { width, margin, cell, left, top }: MatrixFrame,
  { row, column }: MatrixPlace,
): void {
  context.save();
  context.beginPath();
  context.rect(margin, margin, width - margin, width - margin);
  context.clip();
  context.strokeStyle = ink;
  context.lineWidth = 2;
  const side = Math.max(8, cell + 2);
  const middle = (place: number): number => (place + 0.5) * cell - side / 2;
  context.strokeRect(left + middle(column), top + middle(row), side, side);
  context.restore();
}

/** The names of the rows and columns in sight. */
export function drawNames(
  context: CanvasRenderingContext2D,
  colours: MatrixColours,
  { width, margin, cell, left, top }: MatrixFrame,
  size: number,
  nameAt: (place: number) => string,
): void {
  context.fillStyle = colours.names;
  context.textBaseline = 'middle';
  const first = Math.max(0, Math.floor((margin - Math.max(left, top)) / cell) - 1);
  for (let place = first; place < size; place += 1) {
    const text = nameAt(place);
    const middle = (place + 0.5) * cell;
    const [x, y] = [left + middle, top + middle];
    if (x > width && y > width) break;
    if (y >= margin && y <= width) {
      context.textAlign = 'right';
      context.fillText(text, margin - 6, y, margin - 10);
    }
    if (x < margin || x > width) continue;
    context.save();
    context.translate(x, margin - 6);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'left';
    context.fillText(text, 0, 0, margin - 10);
    context.restore();
  }
}
