/**
 * A feature view of small patches: whitened k-means filters, two-sided rectification, average pooling (Coates, Lee & Ng
 * 2011).
 */
import type { Random } from '../../../core/statistics/random';
import { matMul, symmetricEigen } from '../runtime/linear-algebra';
import { RASTER_SIDE } from '../../../core/images/raster';
import { kernel, readNumbers, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../runtime/tensors';

export interface PatchViewSpec {
  /** Side of the raster that patches are cut from: RASTER_SIDE or a divisor of it. */
  readonly side: number;
  /** Side of a patch in raster pixels. */
  readonly patch: number;
  /** Number of filters. */
  readonly atoms: number;
  /**
   * Whether only a quarter of the filters is learned and the others are their mirror images. The features of a mirrored
   * picture are then a permutation of those of the picture.
   */
  readonly mirrored: boolean;
  readonly stride: number;
  /** Sides of the grids over which activations are averaged. */
  readonly pools: readonly number[];
}

/** What a patch view learned, as plain data. */
export interface PatchFilters {
  readonly spec: PatchViewSpec;
  /**
   * (patch² · channels + 1) × 2 atoms, row-major: whitening and atoms of both signs; the last row is minus the threshold
   * of the rectifier.
   */
  readonly filters: Float32Array;
}

export interface PatchView extends PatchViewSpec {
  /** PatchFilters.filters. */
  readonly filters: Tensor2D;
  /** cells of all grids × positions: weight of each position in each cell's average. */
  readonly pooling: Tensor2D;
  /** Number of averages. Order: cell, sign (positive first), orientation, learned atom. */
  readonly width: number;
}

/** Sets of mirror images that are treated as the same picture. */
export const SYMMETRIES = ['none', 'left-right', 'left-right and up-down'] as const;
export type Symmetry = (typeof SYMMETRIES)[number];

/** Bit 0 means left-right, bit 1 up-down, so that two mirrorings combine by exclusive or. */
const ORIENTATIONS = 4;

const PATCHES = 40_000;
const ROUNDS = 8;
/** Patches assigned to atoms at a time, so that their scores stay in the processor's cache; a divisor of PATCHES. */
const ASSIGNED = 2_000;
/** Added to the variance of a patch (levels 0–255), so that noise in flat patches is not amplified. */
const CONTRAST_FLOOR = 10;
const WHITENING = 0.1;
/** Threshold of the rectifier: activations below it are set to 0. */
const RECTIFIER = 0.25;

function atSide(pictures: Tensor4D, side: number): Tensor4D {
  return side === RASTER_SIDE ? pictures : tf.avgPool(pictures, RASTER_SIDE / side, RASTER_SIDE / side, 'valid');
}

/** Contrast-normalized random patches, count × (patch² · channels). */
function samplePatches(pictures: Tensor4D, patch: number, random: Random): Tensor2D {
  const [count, side, , channels] = pictures.shape;
  const values = pictures.dataSync();
  const width = patch * patch * channels;
  const out = new Float32Array(PATCHES * width);
  for (let p = 0; p < PATCHES; p++) {
    const picture = Math.floor(random() * count);
    const top = Math.floor(random() * (side - patch + 1));
    const left = Math.floor(random() * (side - patch + 1));
    const row = out.subarray(p * width, (p + 1) * width);
    for (let y = 0; y < patch; y++) {
      const from = ((picture * side + top + y) * side + left) * channels;
      row.set(values.subarray(from, from + patch * channels), y * patch * channels);
    }
    normalizeContrast(row);
  }
  return tf.tensor2d(out, [PATCHES, width]);
}

function normalizeContrast(row: Float32Array): void {
  let sum = 0;
  for (const value of row) sum += value;
  const mean = sum / row.length;
  let squares = 0;
  for (const value of row) squares += (value - mean) ** 2;
  const scale = 1 / Math.sqrt(squares / row.length + CONTRAST_FLOOR);
  for (let i = 0; i < row.length; i++) row[i] = (row[i]! - mean) * scale;
}

/** ZCA whitening of rows: the matrix to apply and the mean to subtract first. */
function whitening(patches: Tensor2D): { matrix: Tensor2D; mean: Tensor1D } {
  const mean = patches.mean<Tensor1D>(0);
  const covariance = tf.tidy(() => {
    const centred = patches.sub<Tensor2D>(mean);
    return matMul(centred, centred, true).div<Tensor2D>(patches.shape[0]);
  });
  const { values, vectors } = symmetricEigen(covariance);
  const matrix = tf.tidy(() => {
    const scales = tf.tensor1d(values.map((value) => 1 / Math.sqrt(Math.max(0, value) + WHITENING)));
    return matMul(vectors.mul<Tensor2D>(scales), vectors, false, true);
  });
  tf.dispose([covariance, vectors]);
  return { matrix, mean };
}

/**
 * Spherical k-means with damped updates: each patch is assigned to the atom with the largest absolute correlation.
 */
function sphericalAtoms(patches: Tensor2D, count: number, seed: number): Tensor2D {
  const unit = (atoms: Tensor2D): Tensor2D => atoms.div(atoms.square().sum(1, true).sqrt().add(1e-8));
  let atoms = tf.tidy(() => unit(tf.randomNormal([count, patches.shape[1]], 0, 1, 'float32', seed)));
  for (let round = 0; round < ROUNDS; round++) {
    const next = tf.tidy(() => {
      let sum = atoms;
      for (let from = 0; from < PATCHES; from += ASSIGNED) {
        sum = tf.tidy(() => {
          const part = patches.slice([from, 0], [ASSIGNED, -1]);
          const scores = matMul(part, atoms, false, true);
          const strength = scores.abs();
          const chosen = strength.greaterEqual(strength.max(1, true)).toFloat();
          return sum.add<Tensor2D>(matMul(scores.mul<Tensor2D>(chosen), part, true));
        });
      }
      return unit(sum);
    });
    atoms.dispose();
    atoms = next;
  }
  return atoms;
}

/** Learns the filters of a view from some pictures (count × RASTER_SIDE × RASTER_SIDE × channels). */
export function learnPatchView(spec: PatchViewSpec, pictures: Tensor4D, random: Random): PatchFilters {
  const channels = pictures.shape[3];
  const filters = readNumbers((): Tensor2D => {
    const patches = samplePatches(atSide(pictures, spec.side), spec.patch, random);
    const { matrix, mean } = whitening(patches);
    const learned = spec.mirrored ? spec.atoms / ORIENTATIONS : spec.atoms;
    const atoms = sphericalAtoms(matMul(patches.sub<Tensor2D>(mean), matrix), learned, Math.floor(random() * 2 ** 31));
    const upright = matMul(matrix, atoms, false, true);
    const offset = matMul(mean.reshape<Tensor2D>([1, -1]), upright);
    const weights = spec.mirrored
      ? tf.concat2d(
          mirroredRows(spec.patch, channels).map((order) => tf.gather(upright, order)),
          1,
        )
      : upright;
    const offsets = spec.mirrored ? offset.tile<Tensor2D>([1, ORIENTATIONS]) : offset;
    const up = tf.concat2d([weights, offsets.neg().sub<Tensor2D>(RECTIFIER)], 0);
    const down = tf.concat2d([weights.neg(), offsets.sub<Tensor2D>(RECTIFIER)], 0);
    return tf.concat2d([up, down], 1);
  });
  return { spec, filters };
}

export function openPatchView({ spec, filters }: PatchFilters): PatchView {
  const positions = Math.floor((spec.side - spec.patch) / spec.stride) + 1;
  const cells = spec.pools.reduce((sum, pool) => sum + pool * pool, 0);
  return {
    ...spec,
    filters: tf.tensor2d(filters, [filters.length / (2 * spec.atoms), 2 * spec.atoms]),
    pooling: poolingMatrix(positions, spec.pools),
    width: 2 * spec.atoms * cells,
  };
}

/** For each orientation, the source index of each value of a patch. */
function mirroredRows(patch: number, channels: number): number[][] {
  return Array.from({ length: ORIENTATIONS }, (_, orientation) =>
    Array.from({ length: patch * patch * channels }, (__, at) => {
      const pixel = Math.floor(at / channels);
      return mirroredCell(pixel, patch, orientation) * channels + (at % channels);
    }),
  );
}

/** The cell of a square grid that a cell is moved to when the grid is mirrored. */
function mirroredCell(cell: number, side: number, orientation: number): number {
  const x = cell % side;
  const y = Math.floor(cell / side);
  return (orientation & 2 ? side - 1 - y : y) * side + (orientation & 1 ? side - 1 - x : x);
}

/** Averages over the cells of square grids. A position that overlaps two cells counts for each by its share. */
function poolingMatrix(positions: number, pools: readonly number[]): Tensor2D {
  const rows: Float32Array[] = [];
  for (const pool of pools) {
    const size = positions / pool;
    const overlap = (cell: number, at: number): number =>
      Math.max(0, Math.min((cell + 1) * size, at + 1) - Math.max(cell * size, at)) / size;
    for (let v = 0; v < pool; v++) {
      for (let u = 0; u < pool; u++)
        rows.push(
          Float32Array.from(
            { length: positions * positions },
            (_, at) => overlap(v, Math.floor(at / positions)) * overlap(u, at % positions),
          ),
        );
    }
  }
  const values = new Float32Array(rows.length * positions * positions);
  rows.forEach((row, i) => values.set(row, i * positions * positions));
  return tf.tensor2d(values, [rows.length, positions * positions]);
}

/** Pooled activations, count × width. */
export function pooledActivations(view: PatchView, pictures: Tensor4D): Tensor2D {
  return tf.tidy(() => {
    const count = pictures.shape[0];
    const patches = patchRows(atSide(pictures, view.side), view.patch, view.stride);
    const active = tf.relu(matMul(patches, view.filters)).reshape([count, -1, 2 * view.atoms]);
    const pooled = tf.matMul(view.pooling.expandDims(0).tile([count, 1, 1]), active);
    return pooled.reshape<Tensor2D>([count, view.width]);
  });
}

/** Columns of the pooled activations that are averaged over mirror images, one list for each mirror image. */
export function symmetricColumns(view: PatchViewSpec, symmetry: Symmetry): Int32Array[] {
  const group = { none: [0], 'left-right': [0, 1], 'left-right and up-down': [0, 1, 2, 3] }[symmetry];
  const learned = view.mirrored ? view.atoms / ORIENTATIONS : view.atoms;
  const orientations = view.mirrored ? Array.from({ length: ORIENTATIONS }, (_, o) => o) : [0];
  // One of each set of orientations that the symmetry maps to each other: the others would give the same features.
  const kept = orientations.filter((o) => group.every((by) => (o ^ by) >= o));
  return group.map((by) => {
    const columns: number[] = [];
    let first = 0;
    for (const pool of view.pools) {
      for (let cell = 0; cell < pool * pool; cell++) {
        const seen = first + mirroredCell(cell, pool, by);
        for (const sign of [0, 1])
          for (const o of kept)
            for (let atom = 0; atom < learned; atom++)
              columns.push(((seen * 2 + sign) * orientations.length + (o ^ by)) * learned + atom);
      }
      first += pool * pool;
    }
    return Int32Array.from(columns);
  });
}

/**
 * Square roots of the pooled activations, averaged over mirror images. The square root stabilizes the variance of
 * counts.
 */
export function patchFeatures(pooled: Tensor2D, columns: readonly Int32Array[]): Tensor2D {
  if (columns.length === 1) return pooled.sqrt();
  return tf.tidy(() => {
    const parts = columns.map((list) => tf.gather(pooled, list, 1));
    return tf.addN(parts).div<Tensor2D>(parts.length).sqrt();
  });
}

/**
 * All patches as contrast-normalized rows with a last column of ones: (count · positions²) × (patch² · channels + 1).
 */
function patchRows(pictures: Tensor4D, patch: number, stride: number): Tensor2D {
  const width = patch * patch * pictures.shape[3];
  const [cut] = kernel(
    'ExtractImagePatches',
    [pictures],
    [
      { name: 'T', kind: 'type' },
      { name: 'ksizes', kind: 'int', value: [1, patch, patch, 1] },
      { name: 'strides', kind: 'int', value: [1, stride, stride, 1] },
      { name: 'rates', kind: 'int', value: [1, 1, 1, 1] },
      { name: 'padding', kind: 'string', value: 'VALID' },
    ],
  );
  const rows = cut!.reshape<Tensor2D>([-1, width]);
  const centred = rows.sub<Tensor2D>(rows.mean(1, true));
  const normal = centred.mul<Tensor2D>(centred.square().mean(1, true).add(CONTRAST_FLOOR).rsqrt());
  return tf.concat2d([normal, tf.ones([normal.shape[0], 1])], 1);
}
