import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import {
  learnPatchView,
  openPatchView,
  patchFeatures,
  pooledActivations,
  SYMMETRIES,
  type Symmetry,
  symmetricColumns,
} from '../../../../src/engine/training/instant/patch-view';
import { readNumbers, type Tensor4D, tf } from '../../../../src/engine/training/runtime/tensors';

const SIDE = 64;

/** Pictures of random discs, without any symmetry. */
function discs(count: number): Tensor4D {
  const random = seededRandom(4);
  const values = new Float32Array(count * SIDE * SIDE * 3);
  for (let i = 0; i < count; i++) {
    for (let disc = 0; disc < 6; disc++) {
      const [cx, cy, radius] = [random() * SIDE, random() * SIDE, 3 + random() * 12];
      const colour = [random() * 255, random() * 255, random() * 255];
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++)
          if ((x - cx) ** 2 + (y - cy) ** 2 < radius ** 2) values.set(colour, ((i * SIDE + y) * SIDE + x) * 3);
      }
    }
  }
  return tf.tensor4d(values, [count, SIDE, SIDE, 3]);
}

/** Largest difference of a feature, relative to the largest feature. */
function difference(a: Float32Array, b: Float32Array): number {
  const top = a.reduce((most, value) => Math.max(most, value), 0);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0) / top;
}

describe('a patch view with mirrored filters', () => {
  const spec = { side: 32, patch: 10, stride: 2, atoms: 40, mirrored: true, pools: [1, 2, 3] };
  const pictures = discs(24);
  const view = openPatchView(learnPatchView(spec, pictures, seededRandom(1)));
  const featuresOf = (of: Tensor4D, symmetry: Symmetry): Float32Array =>
    readNumbers(() => patchFeatures(pooledActivations(view, of), symmetricColumns(spec, symmetry)));
  const mirrored = (axes: number[]): Tensor4D => tf.reverse(pictures, axes);

  it('has the same features for pictures and their mirror images if the view is symmetric', () => {
    expect(difference(featuresOf(pictures, 'left-right'), featuresOf(mirrored([2]), 'left-right'))).toBeLessThan(1e-3);
    for (const axes of [[1], [2], [1, 2]])
      expect(
        difference(
          featuresOf(pictures, 'left-right and up-down'),
          featuresOf(mirrored(axes), 'left-right and up-down'),
        ),
      ).toBeLessThan(1e-3);
  });

  it('distinguishes them otherwise', () => {
    expect(difference(featuresOf(pictures, 'none'), featuresOf(mirrored([2]), 'none'))).toBeGreaterThan(0.1);
    expect(difference(featuresOf(pictures, 'left-right'), featuresOf(mirrored([1]), 'left-right'))).toBeGreaterThan(
      0.1,
    );
  });

  it('has no redundant features: each symmetry halves their number', () => {
    expect(SYMMETRIES.map((symmetry) => featuresOf(pictures, symmetry).length / 24)).toEqual([1120, 560, 280]);
  });
});
