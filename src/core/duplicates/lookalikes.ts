/**
 * Finds pairs of pictures that are much more similar to a pretrained network than others. They are candidates for a
 * closer comparison.
 */
import { nearestNeighbours } from '../labels/neighbours';
import { type Random, seededRandom } from '../statistics/random';

/** Number of nearest pictures that are compared, and the rank of the neighbour that stands for the neighbourhood. */
const NEAREST = 4;
const CROWD = 17;
/**
 * A candidate is nearer than this share of the distance (1 − cosine) to the neighbourhood. Of 660 planted copies in
 * photographs, 650 are candidates, as with the eight nearest; with a share of 0.75, 644.
 */
const STANDS_OUT = 0.8;
/** Number of dimensions after the random projection. The projection changes a cosine of 0.5 by about 0.05. */
const PROJECTED = 192;
/** Number of these dimensions that each value is added to. */
const SPREAD = 8;
/** Number of rows that the mean is computed from. */
const SAMPLED = 2000;
const SEED = 9_173;

export interface Embedded {
  /** Widths of the parts of a row. Each part has the same weight. */
  readonly layers: readonly number[];
  /** The values of an image (id); null if it has none. */
  readonly row: (image: number) => ArrayLike<number> | null;
}

export interface LookAlike {
  /** Positions in the given list, where a < b. */
  readonly a: number;
  readonly b: number;
}

/**
 * @param images ids
 * @returns null if fewer than nine tenths of the images have values
 */
export function lookAlikes({ layers, row }: Embedded, images: readonly number[]): LookAlike[] | null {
  const width = layers.reduce((sum, layer) => sum + layer, 0);
  const embedded = images.flatMap((image, i) => (isWhole(row(image), width) ? [i] : []));
  if (embedded.length < 2 || embedded.length < 0.9 * images.length) return null;
  const random = seededRandom(SEED);
  const rows = projected(
    { layers, row },
    embedded.map((i) => images[i] as number),
    random,
  );
  const k = Math.min(CROWD, embedded.length - 1);
  const { indices, distances } = nearestNeighbours(rows, PROJECTED, k, random, () => undefined);
  const found = new Map<number, LookAlike>();
  embedded.forEach((image, i) => {
    const crowd = k < CROWD ? Infinity : (distances[(i + 1) * k - 1] as number);
    for (let rank = 0; rank < Math.min(NEAREST, k); rank++) {
      const index = indices[i * k + rank] as number;
      // The squared distance of unit vectors is twice 1 − cosine.
      if (index < 0 || (distances[i * k + rank] as number) ** 2 > STANDS_OUT * crowd ** 2) continue;
      const other = embedded[index] as number;
      const pair = { a: Math.min(image, other), b: Math.max(image, other) };
      found.set(pair.a * images.length + pair.b, pair);
    }
  });
  return [...found.values()].sort((x, y) => x.a - y.a || x.b - y.b);
}

function isWhole(row: ArrayLike<number> | null, width: number): boolean {
  return row !== null && row.length === width && Number.isFinite(row[0]) && Number.isFinite(row[width - 1]);
}

/**
 * Subtracts the mean over the images from every part of a row and scales the part to unit length. Then a random
 * projection is applied, in which every value is added to a few of the new dimensions with a random sign (sparse
 * Johnson–Lindenstrauss transform, block form: Kane & Nelson 2014), and the result is scaled to unit length again.
 */
function projected({ layers, row }: Embedded, images: readonly number[], random: Random): Float32Array {
  const width = layers.reduce((sum, layer) => sum + layer, 0);
  const mean = new Float64Array(width);
  const stride = Math.ceil(images.length / SAMPLED);
  const sampled = images.filter((_, i) => i % stride === 0);
  for (const image of sampled) {
    const values = row(image) as ArrayLike<number>;
    for (let d = 0; d < width; d++) mean[d] = (mean[d] as number) + (values[d] as number) / sampled.length;
  }
  const block = PROJECTED / SPREAD;
  const places = Int32Array.from({ length: width * SPREAD }, (_, i) => (i % SPREAD) * block + ((random() * block) | 0));
  const signs = Float32Array.from({ length: width * SPREAD }, () => (random() < 0.5 ? 1 : -1));
  const rows = new Float32Array(images.length * PROJECTED);
  const centred = new Float32Array(width);
  images.forEach((image, i) => {
    const values = row(image) as ArrayLike<number>;
    let from = 0;
    for (const layer of layers) {
      let energy = 0;
      for (let d = from; d < from + layer; d++) {
        const value = (values[d] as number) - (mean[d] as number);
        centred[d] = value;
        energy += value * value;
      }
      const scale = energy > 0 ? 1 / Math.sqrt(energy) : 0;
      for (let d = from; d < from + layer; d++) centred[d] = (centred[d] as number) * scale;
      from += layer;
    }
    const out = rows.subarray(i * PROJECTED, (i + 1) * PROJECTED);
    for (let d = 0; d < width; d++) {
      const value = centred[d] as number;
      for (let entry = d * SPREAD; entry < (d + 1) * SPREAD; entry++) {
        const k = places[entry] as number;
        out[k] = (out[k] as number) + value * (signs[entry] as number);
      }
    }
    const length = Math.hypot(...out);
    for (let k = 0; k < PROJECTED; k++) out[k] = length > 0 ? (out[k] as number) / length : 0;
  });
  return rows;
}
