import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import { leaveOneOut, nystromFeatures, oneHot, ridgeBasis } from '../../../../src/engine/training/instant/ridge';

const IMAGES = 24;
const WIDTH = 6;
const CLASSES = 3;
const PENALTIES = [0.03, 0.5, 4];
const random = seededRandom(4);
const features = Float32Array.from({ length: IMAGES * WIDTH }, () => random() * 2 - 1);
const labels = Int32Array.from({ length: IMAGES }, () => Math.floor(random() * CLASSES));

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

function check(weights: Float64Array, groups: readonly Int32Array[]): void {
  const basis = ridgeBasis(features.slice(), WIDTH, weights);
  const solutions = [...leaveOneOut(basis, oneHot(labels, CLASSES), CLASSES, PENALTIES, groups)];
  const companions = (i: number): ReadonlySet<number> => new Set(groups.find((group) => group.includes(i)) ?? [i]);
  solutions.forEach((solution, l) => {
    for (let i = 0; i < IMAGES; i++) {
      const left = companions(i);
      const kept = Array.from({ length: IMAGES }, (_, j) => j).filter((j) => !left.has(j));
      fittedWithout(kept, weights, i, PENALTIES[l]!).forEach((score, k) => {
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
    const [solution] = leaveOneOut(
      ridgeBasis(features.slice(), WIDTH, new Float64Array(IMAGES).fill(1)),
      oneHot(labels, CLASSES),
      CLASSES,
      [1],
      [],
    );
    const error =
      solution!.scores.reduce(
        (sum, score, at) => sum + (score - (labels[Math.floor(at / CLASSES)] === at % CLASSES ? 1 : 0)) ** 2,
        0,
      ) / IMAGES;
    expect(solution!.error).toBeCloseTo(error, 5);
  });
});

describe('Nyström features', () => {
  it('have the Gaussian kernel as inner products if every image is a landmark', () => {
    const points = Array.from({ length: 12 }, () => [random(), random()]);
    const between = Float32Array.from(
      points.flatMap((p) => points.map((q) => (p[0]! - q[0]!) ** 2 + (p[1]! - q[1]!) ** 2)),
    );
    const made = between.slice();
    nystromFeatures(made, between, 12, 3);
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
