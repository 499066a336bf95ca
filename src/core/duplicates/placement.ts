/** Finds where one picture shows a part of another. The result does not depend on the colours of the pictures. */
import { type Crop, type Field, correlation, sameCut, sampleField } from './alignment';
import { boxOf } from './integral';
import type { Surface } from './surface';

/** Samples per side of the picture that is searched. */
const GRID = 24;
/** Length of the longer side of the part that is searched for, in these samples. */
const PARTS = [24, 22, 20, 18, 16, 14];
const SMALLEST_PART = 10;
/** Where a part has many positions, every second one is tried first, and then those around the best of them. */
const STRIDE = 2;
/** Largest part that may be cut from a side of either picture. */
const LARGEST_CROP = 0.27;
/** Least correlation of the edges for a starting position. */
const HOPE = 0.4;
/**
 * Least correlation of the edges before the first round of moves and after each round; below it the search stops. Of
 * 1,061 planted copies that are proved without this, 1,060 are proved with it.
 */
const HOPES = [-0.1, 0.2, 0.3, 0.35];

export interface Placement {
  /** Correlation of the edges, −1 … 1. */
  readonly fit: number;
  readonly crop: Crop;
}

export const WHOLE: Crop = [0, 0, 0, 0];

const edgesOf = ({ width, height, edges }: Surface): Field => ({ width, height, values: edges });

/**
 * The best positions of `b` in `a`, and of `a` in `b`, one for each size; the best comes first (template matching by
 * normalized correlation, Lewis 1995).
 */
export function starts(a: Surface, b: Surface): Placement[] {
  const [fieldA, fieldB] = [edgesOf(a), edgesOf(b)];
  return [
    ...partsIn(fieldA, fieldB),
    ...partsIn(fieldB, fieldA).map(({ fit, crop: [left, top, right, bottom] }): Placement => ({
      fit,
      crop: [-left, -top, -right, -bottom],
    })),
  ]
    .filter(({ fit }) => fit >= HOPE)
    .sort((x, y) => y.fit - x.fit);
}

/** Moves the four sides of the crop until the edges fit best. Stops early where no good fit can be reached. */
export function settled(a: Surface, b: Surface, start: Crop): Placement {
  const [fieldA, fieldB] = [edgesOf(a), edgesOf(b)];
  let last: Crop | null = null;
  return refined(
    start,
    (crop) => {
      if (!last || !sameCut(last, crop, 1)) sampleField(fieldA, crop, 1, GRID, GRID, gridA);
      if (!last || !sameCut(last, crop, -1)) sampleField(fieldB, crop, -1, GRID, GRID, gridB);
      last = crop;
      return correlation(gridA, gridB, GRID * GRID);
    },
    [1 / 32, 1 / 64],
    HOPES,
  );
}

const gridA = new Float64Array(GRID * GRID);
const gridB = new Float64Array(GRID * GRID);
const sums = new Float64Array((GRID + 1) * (GRID + 1));
const squares = new Float64Array((GRID + 1) * (GRID + 1));

/** For each size, the position in `whole` where `part` fits best. Both keep their true aspect ratio. */
function partsIn(whole: Field, part: Field): Placement[] {
  sampleField(whole, WHOLE, 1, GRID, GRID, gridA);
  integrate();
  const aspect = whole.width / whole.height / (part.width / part.height);
  return PARTS.flatMap((size) => {
    const across = Math.round(aspect > 1 ? size / aspect : size);
    const down = Math.round(aspect > 1 ? size : size * aspect);
    if (Math.min(across, down) < SMALLEST_PART) return [];
    sampleField(part, WHOLE, 1, across, down, gridB);
    const best = bestPosition(across, down);
    return best === null ? [] : [best];
  });
}

/** Integral images of the values in `gridA` and of their squares. */
function integrate(): void {
  for (let y = 0; y < GRID; y++) {
    let row = 0;
    let rowSquares = 0;
    for (let x = 0; x < GRID; x++) {
      const value = gridA[y * GRID + x] as number;
      row += value;
      rowSquares += value * value;
      const at = (y + 1) * (GRID + 1) + x + 1;
      sums[at] = (sums[at - GRID - 1] as number) + row;
      squares[at] = (squares[at - GRID - 1] as number) + rowSquares;
    }
  }
}

/** The best position of the part from `gridB` within `gridA`; null if the part has a single colour. */
function bestPosition(across: number, down: number): Placement | null {
  const n = across * down;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (gridB[i] as number) / n;
  let spread = 0;
  for (let i = 0; i < n; i++) {
    const value = (gridB[i] as number) - mean;
    gridB[i] = value;
    spread += value * value;
  }
  if (spread < n * 1e-3) return null;
  let fit = -1;
  let [left, top] = [0, 0];
  const scan = (fromX: number, toX: number, fromY: number, toY: number, step: number): void => {
    for (let y = Math.max(0, fromY); y <= Math.min(GRID - down, toY); y += step) {
      for (let x = Math.max(0, fromX); x <= Math.min(GRID - across, toX); x += step) {
        const variance =
          boxOf(squares, GRID + 1, x, y, across, down) - boxOf(sums, GRID + 1, x, y, across, down) ** 2 / n;
        if (variance < n * 1e-3) continue;
        let product = 0;
        for (let row = 0; row < down; row++) {
          let i = (y + row) * GRID + x;
          let j = row * across;
          for (const end = j + across; j < end; i++, j++) product += (gridA[i] as number) * (gridB[j] as number);
        }
        const here = product / Math.sqrt(variance * spread);
        if (here > fit) [fit, left, top] = [here, x, y];
      }
    }
  };
  const many = GRID - Math.min(across, down) >= 2 * STRIDE;
  scan(0, GRID, 0, GRID, many ? STRIDE : 1);
  if (many) scan(left - 1, left + 1, top - 1, top + 1, 1);
  return {
    fit,
    crop: [left / GRID, top / GRID, 1 - (left + across) / GRID, 1 - (top + down) / GRID],
  };
}

/** Moves of the search: each side alone, shifts along x and y, and a change of scale. */
const MOVES: readonly Crop[] = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
  [1, 0, -1, 0],
  [0, 1, 0, -1],
  [1, 1, 1, 1],
];

/**
 * Pattern search (Hooke & Jeeves 1961) for the crop with the largest value, with one step size after the other.
 * @param hopes least value before the first round of moves and after each round: below it the search stops
 */
export function refined(
  start: Crop,
  value: (crop: Crop) => number,
  steps: readonly number[],
  hopes: readonly number[] = [-Infinity],
): Placement {
  let crop = start;
  let fit = value(crop);
  const better = (move: Crop, step: number): boolean => {
    const to = (i: 0 | 1 | 2 | 3): number => Math.min(LARGEST_CROP, Math.max(-LARGEST_CROP, crop[i] + step * move[i]));
    const tried: Crop = [to(0), to(1), to(2), to(3)];
    const here = value(tried);
    if (here <= fit + 1e-6) return false;
    fit = here;
    crop = tried;
    return true;
  };
  let made = 0;
  for (const step of steps) {
    for (let rounds = 0; rounds < 3; rounds++) {
      if (fit < (hopes[Math.min(made, hopes.length - 1)] as number)) return { fit, crop };
      made += 1;
      const improved = MOVES.filter((move) => better(move, step) || better(move, -step));
      if (improved.length === 0) break;
    }
  }
  return { fit, crop };
}
