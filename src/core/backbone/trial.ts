/** Made-up pictures, and whether a network tells them apart. */
import { seededRandom } from '../statistics/random';

const SEED = 5;
/** Rows that differ by less than this share of their length are equal: halves round to 1/2,048. */
const LEAST_DIFFERENCE = 1e-3;

/**
 * Different pictures: each is a coloured gradient with blots.
 * @returns pictures × side × side × 3
 */
export function samplePictures(pictures: number, side: number): Uint8Array {
  const random = seededRandom(SEED);
  const rgb = new Uint8Array(pictures * side * side * 3);
  for (let picture = 0; picture < pictures; picture++) {
    const base = [random(), random(), random()].map((one) => 40 + 170 * one);
    const slope = [random(), random(), random()].map((one) => 90 * (one - 0.5));
    const [cx, cy, radius] = [random(), random(), 0.15 + 0.3 * random()];
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const inside = Math.hypot(x / side - cx, y / side - cy) < radius;
        for (let colour = 0; colour < 3; colour++) {
          const value = base[colour]! + slope[colour]! * (x / side) - slope[(colour + 1) % 3]! * (y / side);
          rgb[((picture * side + y) * side + x) * 3 + colour] = Math.min(
            255,
            Math.max(0, inside ? 255 - value : value),
          );
        }
      }
  }
  return rgb;
}

/**
 * @param rows pictures × width
 * @returns null if the rows tell the pictures apart; otherwise one sentence
 */
export function distinctRows(rows: Float32Array, pictures: number): string | null {
  const width = rows.length / pictures;
  if (!rows.every(Number.isFinite))
    return 'It puts out NaN or infinity for ordinary pictures: another normalization may help, or an export with 32-bit floats.';
  const rowOf = (i: number): Float32Array => rows.subarray(i * width, (i + 1) * width);
  let [difference, length] = [0, 0];
  for (let i = 0; i < pictures; i++) {
    const own = rowOf(i);
    length = Math.max(length, Math.hypot(...own));
    for (let other = 0; other < i; other++)
      difference = Math.max(
        difference,
        Math.sqrt(rowOf(other).reduce((sum, value, k) => sum + (value - own[k]!) ** 2, 0)),
      );
  }
  return difference > LEAST_DIFFERENCE * length
    ? null
    : 'It puts out the same numbers for different pictures: it was exported without its weights, or needs another normalization.';
}
