import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exactSum, exactSumsAdded, roundedSum } from '../../../../src/core/statistics/exact-sum';

it('loses nothing where large terms cancel', () => {
  expect(roundedSum(exactSum([1e100, 1, -1e100, 1e-100]))).toBe(1);
  expect(roundedSum(exactSum(new Array<number>(10).fill(0.1)))).toBe(1);
  expect(roundedSum(exactSum([]))).toBe(0);
});

it('rounds the exact sum once, also where it is half-way between two numbers', () => {
  const half = 2 ** -53;
  expect(roundedSum(exactSum([1, half]))).toBe(1);
  expect(roundedSum(exactSum([1, half, 2 ** -200]))).toBe(1 + 2 ** -52);
  expect(roundedSum(exactSum([1, half, -(2 ** -200)]))).toBe(1);
  // The product of these remainders is too small for a number.
  expect(roundedSum(exactSum([2 ** -500, 2 ** -553, 2 ** -700]))).toBe(2 ** -500 + 2 ** -552);
});

it('is the same in any order and in any parts', () => {
  const terms = fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { maxLength: 40 });
  fc.assert(
    fc.property(terms, terms, (some, others) => {
      const whole = roundedSum(exactSum([...some, ...others]));
      expect(roundedSum(exactSumsAdded(exactSum(some), exactSum(others)))).toBe(whole);
      expect(roundedSum(exactSum([...others, ...some].reverse()))).toBe(whole);
    }),
  );
});
