import fc from 'fast-check';
import { expect, it } from 'vitest';
import { confidentJoint } from '../../../../src/core/labels/joint';
import { countLabels, type ProbePredictions, roundKeepingSum } from '../../../../src/core/labels/predictions';
import { judgeLabels } from '../../../../src/core/labels/verdicts';
import { predicted } from './predicted';

/** Rows that sum to 1, including zeros and ties. Any class may be empty. */
const predictions: fc.Arbitrary<ProbePredictions> = fc.integer({ min: 1, max: 5 }).chain((classes) =>
  fc
    .array(fc.tuple(fc.nat(classes - 1), fc.array(fc.nat(9), { minLength: classes, maxLength: classes })), {
      maxLength: 60,
    })
    .map((rows) => ({
      classes,
      labels: Int32Array.from(rows, ([label]) => label),
      probabilities: Float32Array.from(
        rows.flatMap(([, weights]) => {
          const sum = weights.reduce((total, weight) => total + weight, 0);
          return weights.map((weight) => (sum === 0 ? 1 / classes : weight / sum));
        }),
      ),
    })),
);

const rowSum = (matrix: Float64Array, row: number, classes: number) =>
  matrix.subarray(row * classes, (row + 1) * classes).reduce((total, value) => total + value, 0);

it('the confident joint counts no image twice, and after calibration its rows sum to the class counts', () => {
  fc.assert(
    fc.property(predictions, (given) => {
      const { classes, labels } = given;
      const joint = confidentJoint(given);
      const counts = countLabels(labels, classes);
      for (let k = 0; k < classes; k += 1) {
        // An empty diagonal element counts as 1, so that a class is never completely wrong.
        expect(rowSum(joint.counts, k, classes)).toBeLessThanOrEqual(counts[k]! + 1);
        expect(rowSum(joint.calibrated, k, classes)).toBe(counts[k]);
      }
      expect([...joint.counts, ...joint.calibrated].every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
    }),
  );
});

it('the joint and the verdicts do not depend on the order of the images', () => {
  fc.assert(
    fc.property(predictions, (given) => {
      const { classes, labels, probabilities } = given;
      const order = [...labels.keys()].reverse();
      const turned = {
        classes,
        labels: Int32Array.from(order, (i) => labels[i]!),
        probabilities: Float32Array.from(
          order.flatMap((i) => [...probabilities.subarray(i * classes, (i + 1) * classes)]),
        ),
      };
      expect(confidentJoint(turned).calibrated).toEqual(confidentJoint(given).calibrated);
      const [one, other] = [judgeLabels(predicted(given)), judgeLabels(predicted(turned))];
      order.forEach((i, at) => expect(other.wrong[at]).toBeCloseTo(one.wrong[i]!, 6));
    }),
    { numRuns: 40 },
  );
});

it('every verdict is a probability, and every suggestion a class, for any predictions', () => {
  fc.assert(
    fc.property(predictions, (given) => {
      const { wrong, suggested, flags } = judgeLabels(predicted(given));
      wrong.forEach((p, i) =>
        expect(
          p >= 0 &&
            p <= 1 + 1e-9 &&
            suggested[i]! >= 0 &&
            suggested[i]! < given.classes &&
            (flags[i] === 0 || suggested[i] !== given.labels[i]),
        ).toBe(true),
      );
    }),
    { numRuns: 60 },
  );
});

it('rounding keeps the sum and changes no value by one or more', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
      const rounded = roundKeepingSum(values);
      expect(rounded.reduce((total, value) => total + value, 0)).toBe(
        Math.round(values.reduce((total, value) => total + value, 0)),
      );
      rounded.forEach((value, i) => expect(Math.abs(value - values[i]!)).toBeLessThan(1));
    }),
  );
});
