import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import { KernelRidge } from '../../../../src/engine/training/instant/kernel-ridge';
import { bestPenalty } from '../../../../src/engine/training/instant/penalties';
import { BasisRidge } from '../../../../src/engine/training/instant/basis-ridge';
import { kernelValues, nystromOf } from '../../../../src/engine/training/instant/nystrom';
import { oneHot } from '../../../../src/engine/training/instant/rounds';
import { memoryRows } from '../../../../src/engine/training/instant/rows';
import { preciseEigen } from '../../../../src/engine/training/runtime/linear-algebra';

const IMAGES = 24;
const WIDTH = 6;
const CLASSES = 3;
const PENALTIES = [0.03, 0.5, 4];
const random = seededRandom(4);
const features = Float32Array.from({ length: IMAGES * WIDTH }, () => random() * 2 - 1);
const labels = Int32Array.from({ length: IMAGES }, () => Math.floor(random() * CLASSES));

/** The kernel whose ridge regression is that of the features. */
const LINEAR = Float32Array.from({ length: IMAGES * IMAGES }, (_, at) => {
  const [i, j] = [Math.floor(at / IMAGES), at % IMAGES];
  let product = 0;
  for (let d = 0; d < WIDTH; d++) product += features[i * WIDTH + d]! * features[j * WIDTH + d]!;
  return product;
});

/** Solves (A + λI) x = b by Gauss–Jordan. */
function solve(a: number[][], b: number[][]): number[][] {
  const size = a.length;
  const rows = a.map((row, i) => [...row, ...b[i]!]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const lead = rows[column]!;
    const divisor = lead[column]!;
    for (let k = 0; k < lead.length; k++) lead[k]! /= divisor;
    rows.forEach((row, at) => {
      const factor = row[column]!;
      if (at !== column) for (let k = 0; k < row.length; k++) row[k]! -= factor * lead[k]!;
    });
  }
  return rows.map((row) => row.slice(size));
}

/** Ridge with an unpenalized intercept, fitted to `kept` only, with 64-bit numbers: scores of image `at`. */
function fittedWithout(kept: number[], weights: Float64Array, at: number, penalty: number): number[] {
  const total = kept.reduce((sum, i) => sum + weights[i]!, 0);
  const x = (i: number): number[] => Array.from(features.subarray(i * WIDTH, (i + 1) * WIDTH));
  const y = (i: number): number[] => Array.from({ length: CLASSES }, (_, k) => (labels[i] === k ? 1 : 0));
  const meanOf = (value: (i: number) => number[]): number[] =>
    value(0).map((_, j) => kept.reduce((sum, i) => sum + weights[i]! * value(i)[j]!, 0) / total);
  const meanX = meanOf(x);
  const meanY = meanOf(y);
  const a = meanX.map((_, r) =>
    meanX.map((__, c) =>
      kept.reduce(
        (sum, i) => sum + weights[i]! * (x(i)[r]! - meanX[r]!) * (x(i)[c]! - meanX[c]!),
        r === c ? penalty : 0,
      ),
    ),
  );
  const b = meanX.map((_, r) =>
    meanY.map((__, k) =>
      kept.reduce((sum, i) => sum + weights[i]! * (x(i)[r]! - meanX[r]!) * (y(i)[k]! - meanY[k]!), 0),
    ),
  );
  const beta = solve(a, b);
  return meanY.map((mean, k) => mean + beta.reduce((sum, row, j) => sum + (x(at)[j]! - meanX[j]!) * row[k]!, 0));
}

/** The features are the rows times this. */
const HALVED_AND_SWAPPED = Float32Array.from({ length: WIDTH * WIDTH }, (_, at) =>
  Math.floor(at / WIDTH) === WIDTH - 1 - (at % WIDTH) ? 0.5 : 0,
);

/** With a centre that is not the mean. */
const ridgeOf = (weights: Float64Array, groups: readonly Int32Array[]): BasisRidge => {
  const rows = Float32Array.from(features, (_, at) => {
    const d = at % WIDTH;
    return 2 * features[at - d + WIDTH - 1 - d]!;
  });
  const basis = { centre: new Float32Array(WIDTH).fill(0.3), transform: HALVED_AND_SWAPPED };
  return new BasisRidge(memoryRows(rows, WIDTH), basis, weights, groups);
};

function check(weights: Float64Array, groups: readonly Int32Array[]): void {
  const basis = ridgeOf(weights, groups);
  const targets = oneHot(labels, CLASSES);
  const kernel = new KernelRidge(LINEAR, weights, groups);
  const solutions = PENALTIES.flatMap((penalty) => [
    basis.leaveOneOut(targets, penalty),
    kernel.leaveOneOut(targets, penalty),
  ]);
  const companions = (i: number): ReadonlySet<number> => new Set(groups.find((group) => group.includes(i)) ?? [i]);
  kernel.dispose();
  solutions.forEach((solution) => {
    for (let i = 0; i < IMAGES; i++) {
      const left = companions(i);
      const kept = Array.from({ length: IMAGES }, (_, j) => j).filter((j) => !left.has(j));
      fittedWithout(kept, weights, i, solution.penalty).forEach((score, k) => {
        expect(Math.abs(solution.scores[i * CLASSES + k]! - score)).toBeLessThan(1e-4);
      });
    }
  });
}

describe('leave-one-out in closed form', () => {
  it('equals refitting without each image, for every penalty', () => {
    check(new Float64Array(IMAGES).fill(1), []);
  });

  it('equals refitting without whole groups of duplicates', () => {
    check(new Float64Array(IMAGES).fill(1), [Int32Array.of(0, 5), Int32Array.of(2, 3, 11, 20), Int32Array.of(7, 8, 9)]);
  });

  it('equals refitting with weights, and with images that are predicted but not trained on', () => {
    const weights = Float64Array.from({ length: IMAGES }, (_, i) => (i % 7 === 0 ? 0 : 0.2 + (i % 5) / 4));
    check(weights, [Int32Array.of(0, 5, 14), Int32Array.of(2, 3)]);
  });

  it('reports the mean squared error of its scores', () => {
    const solution = ridgeOf(new Float64Array(IMAGES).fill(1), []).leaveOneOut(oneHot(labels, CLASSES), 1);
    const error =
      solution.scores.reduce(
        (sum, score, at) => sum + (score - (labels[Math.floor(at / CLASSES)] === at % CLASSES ? 1 : 0)) ** 2,
        0,
      ) / IMAGES;
    expect(solution.error).toBeCloseTo(error, 5);
  });
});

describe('principal components', () => {
  it('have the centred kernel as inner products if there are as many as the kernel has directions', () => {
    const ridge = new KernelRidge(LINEAR, new Float64Array(IMAGES).fill(1), []);
    const components = ridge.principalComponents(WIDTH, 1);
    ridge.dispose();
    const mean = (of: (j: number) => number): number =>
      Array.from({ length: IMAGES }, (_, j) => of(j)).reduce((a, b) => a + b, 0) / IMAGES;
    const rowMean = Array.from({ length: IMAGES }, (_, i) => mean((j) => LINEAR[i * IMAGES + j]!));
    const all = mean((i) => rowMean[i]!);
    for (let i = 0; i < IMAGES; i++) {
      for (let j = 0; j < IMAGES; j++) {
        let inner = 0;
        for (let d = 0; d < WIDTH; d++) inner += components[i * WIDTH + d]! * components[j * WIDTH + d]!;
        expect(inner).toBeCloseTo(LINEAR[i * IMAGES + j]! - rowMean[i]! - rowMean[j]! + all, 3);
      }
    }
  });
});

describe('the search for the best penalty', () => {
  it.each([0, 3, 5, 9, 11])(
    'finds the minimum at %i from both sides, and calls for each index once',
    async (minimum) => {
      for (const start of [0, 4, 11]) {
        const asked: number[] = [];
        const best = await bestPenalty(start, (index) => {
          asked.push(index);
          return Promise.resolve(Math.abs(index - minimum));
        });
        expect(best).toBe(minimum);
        expect(new Set(asked).size).toBe(asked.length);
      }
    },
  );

  it('passes over a kernel that could not be factored', async () => {
    for (const start of [2, 5])
      expect(await bestPenalty(start, (index) => Promise.resolve(index < 3 ? NaN : index))).toBe(3);
  });
});

describe('Nyström features', () => {
  it('have the Gaussian kernel as inner products if every image is a landmark', () => {
    const points = Array.from({ length: 12 }, () => [random(), random()]);
    const between = Float32Array.from(
      points.flatMap((p) => points.map((q) => (p[0]! - q[0]!) ** 2 + (p[1]! - q[1]!) ** 2)),
    );
    const nystrom = nystromOf(between, 3);
    const kernel = kernelValues(nystrom, between);
    const made = kernel.map((_, at) => {
      const row = kernel.subarray(at - (at % 12), at - (at % 12) + 12);
      return row.reduce((sum, value, mark) => sum + value * nystrom.transform[mark * 12 + (at % 12)]!, 0);
    });
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j < 12; j++) {
        const inner = Array.from({ length: 12 }, (_, d) => made[i * 12 + d]! * made[j * 12 + d]!).reduce(
          (a, b) => a + b,
          0,
        );
        expect(inner).toBeCloseTo(Math.exp(-3 * between[i * 12 + j]!), 1);
      }
    }
  });
});

describe('eigenvectors with 64 bits', () => {
  it('distinguish values that are equal in 32 bits', () => {
    const { values, vectors } = preciseEigen(Float64Array.of(1 + 1e-10, 0, 0, 0, 3, 0, 0, 0, 1), 3);
    expect(values[1]! - values[0]!).toBeCloseTo(1e-10, 12);
    expect(Array.from(vectors, (value) => Math.abs(Math.fround(value)))).toEqual([0, 1, 0, 0, 0, 1, 1, 0, 0]);
  });
});
