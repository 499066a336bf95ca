/** Fine detail: what remains of values after the mean of the square around each is subtracted. */

/** Largest side, in samples. */
export const MOST_SIDE = 256;
/** Of the square, in samples. */
const RADIUS = 2;

const rowMeans = new Float64Array(MOST_SIDE * MOST_SIDE);
const columnSums = new Float64Array(MOST_SIDE);
const across = new Float64Array(MOST_SIDE);
const down = new Float64Array(MOST_SIDE);

/** How many samples the square has in one direction around each position. */
function countReach(size: number, out: Float64Array): void {
  for (let at = 0; at < size; at++) out[at] = Math.min(size - 1, at + RADIUS) - Math.max(0, at - RADIUS) + 1;
}

/**
 * Each value minus the mean of the square around it. At the edges, only the part of the square inside the picture
 * counts. The sums move along with the square, because this takes most of the time of a comparison.
 * @param values row-major; both sides have 3 to `MOST_SIDE` samples
 */
export function highPass(values: Float64Array, width: number, height: number, out: Float64Array): void {
  countReach(width, across);
  countReach(height, down);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = 0; x < RADIUS; x++) sum += values[row + x] as number;
    for (let x = 0; x < width; x++) {
      if (x + RADIUS < width) sum += values[row + x + RADIUS] as number;
      if (x > RADIUS) sum -= values[row + x - RADIUS - 1] as number;
      rowMeans[row + x] = sum / (across[x] as number);
    }
  }
  columnSums.fill(0);
  for (let i = 0; i < RADIUS * width; i++) columnSums[i % width]! += rowMeans[i] as number;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const below = y + RADIUS < height ? row + RADIUS * width : -1;
    const above = y > RADIUS ? row - (RADIUS + 1) * width : -1;
    const share = 1 / (down[y] as number);
    for (let x = 0; x < width; x++) {
      let sum = columnSums[x] as number;
      if (below >= 0) sum += rowMeans[below + x] as number;
      if (above >= 0) sum -= rowMeans[above + x] as number;
      columnSums[x] = sum;
      out[row + x] = (values[row + x] as number) - sum * share;
    }
  }
}
