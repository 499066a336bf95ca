/** Small generated pictures of two or more classes, in the form in which a training process asks for them. */
import { probeFolds } from '../../../../src/core/labels/folds';
import { seededRandom } from '../../../../src/core/statistics/random';
import type { CnnProgress } from '../../../../src/engine/training/protocol/cnn';
import type { TaskInput } from '../../../../src/engine/training/protocol/tasks';

const SIDE = 64;

/** Grey stripes with random phase and noise; the class is their direction. */
export function stripes(classes: number, labels: ArrayLike<number>): (indices: Int32Array) => Uint8Array {
  return (indices) => {
    const data = new Uint8Array(indices.length * SIDE * SIDE * 3);
    indices.forEach((index, at) => {
      const random = seededRandom(index + 1);
      const angle = (Math.PI * labels[index]!) / classes;
      const phase = random() * 6;
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++) {
          const value =
            128 + 60 * Math.sin((Math.cos(angle) * x + Math.sin(angle) * y) / 3 + phase) + 40 * (random() - 0.5);
          data.fill(value, ((at * SIDE + y) * SIDE + x) * 3, ((at * SIDE + y) * SIDE + x + 1) * 3);
        }
      }
    });
    return data;
  };
}

export const NOTHING_DONE: CnnProgress = { mirrors: null, folds: [], current: null };

export function cnnInput(
  labels: readonly number[],
  classes: number,
  epochs: number,
  groups: readonly number[] | null = null,
): TaskInput<'cnn-probe'> {
  const given = Int32Array.from(labels);
  const all = Int32Array.from(groups ?? labels.map(() => -1));
  const size = new Int32Array(labels.length).fill(28);
  return {
    widths: size,
    heights: size,
    labels: given,
    classes,
    groups: all,
    seed: 1,
    folds: probeFolds(given, all, seededRandom(1)),
    epochs,
    done: NOTHING_DONE,
  };
}
