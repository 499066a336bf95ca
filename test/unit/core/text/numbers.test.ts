import { expect, it } from 'vitest';
import {
  effectiveNumberText,
  bytes,
  estimated,
  percent,
  percentOneDecimal,
  precisePercent,
  probability,
  rangeWithUnit,
  ratio,
  withUnit,
} from '../../../../src/core/text/numbers';

it('writes a share in a sentence with few digits', () => {
  expect([0, 0.0004, 0.034, 0.12, 0.126, 0.992, 0.998, 0.9996, 1, -0.034].map(percent)).toEqual([
    '0 %',
    '< 0.1 %',
    '3.4 %',
    '12 %',
    '13 %',
    '99 %',
    '> 99 %',
    '> 99 %',
    '100 %',
    '−3.4 %',
  ]);
});

it('writes shares in a column with one decimal each', () => {
  expect([0, 0.0004, 0.034, 0.12, 0.9996, 1].map(percentOneDecimal)).toEqual([
    '0.0 %',
    '< 0.1 %',
    '3.4 %',
    '12.0 %',
    '> 99.9 %',
    '100.0 %',
  ]);
});

it('never rounds almost all to all if a sentence depends on it', () => {
  const shares = [0.5, 0.123, 0.9995, 0.99999, 1];
  expect(shares.map(precisePercent)).toEqual(['50 %', '12.3 %', '99.95 %', '99.99 %', '100 %']);
});

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1204, '1.2 kB'],
  [999_600, '1 MB'],
  [84_213, '84.2 kB'],
  [6_700_000_000, '6.7 GB'],
])('%i bytes are %s', (n, text) => expect(bytes(n)).toBe(text));

it.each([
  [15_024, 16_400, 'bytes', '15–16.4 kB'],
  [950, 1200, 'bytes', '0.95–1.2 kB'],
  [0, 84_213, 'bytes', '0–84.2 kB'],
  [12, 3_400_000, 'bytes', '12 bytes–3.4 MB'],
  [15_001, 15_024, 'bytes', '15,001–15,024 bytes'],
  [999_400, 999_600, 'bytes', '0.999–1 MB'],
  [0.1, 0.12, 'share', '10 %–12 %'],
  [0, 0.5, 'share of images', '0 %–50 % of images'],
  [2, 3, 'px', '2–3 px'],
  [4, 4, 'px', '4 px'],
])('the range %d to %d in %s is %s', (low, high, unit, text) => expect(rangeWithUnit(low, high, unit)).toBe(text));

it.each([
  [1, '1 : 1'],
  [3.44, '3.4 : 1'],
  [1000, '1,000 : 1'],
])('a ratio of %d is %s', (value, text) => expect(ratio(value)).toBe(text));

it('writes shares below zero with a minus sign, as exactly as those above', () => {
  expect([
    estimated(0.135, 0.12, 0.154),
    estimated(0.981, 0.977, 0.984),
    estimated(1, 1, 1),
    estimated(0.113, 0.107, 0.119),
    estimated(0.1, 0.0998, 0.1002),
    estimated(-0.02, -0.3, 0.2),
  ]).toEqual([
    { value: '14 %', interval: '12 % to 15 %' },
    { value: '98.1 %', interval: '97.7 % to 98.4 %' },
    { value: '100 %', interval: '100 % to 100 %' },
    { value: '11.3 %', interval: '10.7 % to 11.9 %' },
    { value: '10.00 %', interval: '9.98 % to 10.02 %' },
    { value: '−2 %', interval: '−30 % to 20 %' },
  ]);
  expect([
    withUnit(10, 'of 255'),
    withUnit(0.1, 'share of the smaller class'),
    withUnit(0.5, 'probability that the label is wrong'),
  ]).toEqual(['10 of 255', '10 % of the smaller class', '50 % probability that the label is wrong']);
  expect([0, 0.004, 0.5, 0.985, 0.9999, 1].map(probability)).toEqual([
    '< 1 %',
    '< 1 %',
    '50 %',
    '99 %',
    '> 99 %',
    '> 99 %',
  ]);
  expect([-0.034, -0.189, -0.0002].map(percent)).toEqual(['−3.4 %', '−19 %', '> −0.1 %']);
});

it('adds the unit of a measure', () => {
  expect(withUnit(0.1234, '')).toBe('0.123');
  expect(withUnit(4032, 'px')).toBe('4,032 px');
  expect(withUnit(2_500_000, 'bytes')).toBe('2.5 MB');
  expect(withUnit(0.5, 'share')).toBe('50 %');
});

it('a number of effective classes has a decimal only where it matters', () => {
  expect([1, 9.64, 99.94, 1000].map(effectiveNumberText)).toEqual(['1.0', '9.6', '99.9', '1,000']);
});
