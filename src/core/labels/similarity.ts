/** How similar images are by their places in an embedding, with the places kept in 16 bits. */

const LARGEST = 32_767;

/** Factor by which places are stored, so that the largest magnitude uses all of 16 bits; 1 if all are zero. */
export function scaleFor16Bits(values: Float32Array): number {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest > 0 && Number.isFinite(largest) ? LARGEST / largest : 1;
}

/** Rounded to whole numbers; NaN becomes 0. */
export const in16Bits = (values: Float32Array, scale: number): Int16Array =>
  Int16Array.from(values, (value) => Math.round(value * scale));

/** Mean of rows of equal length. There must be at least one. */
export function meanRow(rows: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(
    { length: rows[0]!.length },
    (_, d) => rows.reduce((sum, row) => sum + row[d]!, 0) / rows.length,
  );
}

/**
 * Writes the squared Euclidean distances of all rows to a point.
 * @param rows rows × dimensions, row-major
 * @param point dimensions numbers in the scale of the rows
 * @param distances one for each row
 */
export function squaredDistancesTo(point: Float64Array, rows: Int16Array, distances: Float64Array): void {
  const dimensions = point.length;
  for (let i = 0, at = 0; i < distances.length; i++) {
    let sum = 0;
    for (let d = 0; d < dimensions; d++, at++) {
      const difference = rows[at]! - point[d]!;
      sum += difference * difference;
    }
    distances[i] = sum;
  }
}

/** Parts of the range of distances in which they are counted before the nearest ones are sorted. */
const PARTS = 4096;

/**
 * Positions in the order of their distances, the nearest first; equal distances in the order of the positions.
 * @param distances at least 0; a negative one is nearer than all others
 * @param most how many positions are wanted; with few, most distances are not sorted
 */
export function nearestFirst(distances: Float64Array, most = distances.length): Int32Array {
  // Sorting numbers without a comparison function is several times as fast, so each number ends with its position.
  const count = distances.length;
  let farthest = 0;
  for (const distance of distances) farthest = Math.max(farthest, distance);
  const steps = Math.floor(Number.MAX_SAFE_INTEGER / Math.max(1, count)) - 2;
  const scale = farthest > 0 ? steps / farthest : 0;
  const limit = most < count ? reachOf(distances, farthest, most) : Infinity;
  const keys = new Float64Array(count);
  let near = 0;
  for (let i = 0; i < count; i++) {
    const distance = distances[i]!;
    if (distance > limit) continue;
    keys[near++] = distance < 0 ? i : (1 + Math.round(distance * scale)) * count + i;
  }
  const sorted = keys.subarray(0, near).sort().subarray(0, most);
  return Int32Array.from(sorted, (key) => key % count);
}

/** A distance within which at least `most` of them are, and not many more if they are spread. */
function reachOf(distances: Float64Array, farthest: number, most: number): number {
  const part = farthest / PARTS;
  if (!(part > 0)) return Infinity;
  const counts = new Int32Array(PARTS + 1);
  for (const distance of distances) counts[Math.max(0, Math.floor(distance / part))]! += 1;
  let within = 0;
  let last = 0;
  while (last < PARTS && (within += counts[last]!) < most) last += 1;
  // One part more, because a distance at the end of a part may be counted in the next one.
  return (last + 2) * part;
}
