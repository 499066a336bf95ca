import { describe, expect, it } from 'vitest';
import {
  idxArrayHeader,
  labelsOfArray,
  npyArrayHeader,
  type ArrayHeader,
} from '../../../../src/core/unpack/array-header';
import { scaleOf } from '../../../../src/core/unpack/array-pixels';
import { findImageArrays } from '../../../../src/core/unpack/image-arrays';

const array = (name: string, shape: readonly number[], kind: ArrayHeader['kind'] = 'u') => ({
  name,
  header: { kind, size: 1, little: true, shape, start: 0 },
});
const pairs = (...arrays: readonly ReturnType<typeof array>[]) =>
  findImageArrays(arrays).sets.map(({ images, labels, split }) => [images.name, labels?.name ?? null, split]);

describe('findImageArrays', () => {
  it('pairs images and labels by name and number', () => {
    expect(
      pairs(array('x_train', [9, 8, 8]), array('y_test', [9]), array('y_train', [9]), array('x_test', [9, 8, 8])),
    ).toEqual([
      ['x_train', 'y_train', 'train'],
      ['x_test', 'y_test', 'test'],
    ]);
    expect(pairs(array('digits', [9, 64]), array('truth', [9]))).toEqual([['digits', 'truth', null]]);
    expect(pairs(array('digits', [9, 64]), array('truth', [8]))).toEqual([['digits', null, null]]);
  });

  it.each([
    [[9, 28, 28], { count: 9, height: 28, width: 28, channels: 1, planar: false }],
    [[9, 28, 20, 3], { count: 9, height: 28, width: 20, channels: 3, planar: false }],
    [[9, 3, 28, 20], { count: 9, height: 28, width: 20, channels: 3, planar: true }],
    [[9, 784], { count: 9, height: 28, width: 28, channels: 1, planar: false }],
    [[9, 3072], { count: 9, height: 32, width: 32, channels: 3, planar: true }],
  ])('the shape %j is many images', (shape, expected) => {
    expect(findImageArrays([array('a', shape)]).sets[0]?.shape).toEqual(expected);
  });

  it.each([[[64, 64]], [[64, 48]], [[64, 48, 3]], [[3, 64, 48]]])('the shape %j is one image', (shape) => {
    expect(findImageArrays([array('a', shape)])).toMatchObject({ sets: [], singles: [{ shape: { count: 1 } }] });
  });

  it.each([[[9]], [[9, 5]], [[9, 8, 8, 7]], [[2, 9, 8, 8, 3]]])('the shape %j is no image', (shape) => {
    expect(findImageArrays([array('a', shape)])).toMatchObject({ sets: [], singles: [] });
  });
});

it('headers that are not read are named', () => {
  expect(() => idxArrayHeader(Uint8Array.from([0, 0, 7, 1, 0, 0, 0, 1]))).toThrow('does not begin like an IDX file');
  expect(() => npyArrayHeader(Uint8Array.from([1, 2, 3]))).toThrow('not a .npy file');
});

it('a row with several ones is no label', () => {
  const { header } = array('y', [2, 3]);
  expect(labelsOfArray(header, Uint8Array.from([0, 1, 0, 1, 0, 0]))).toEqual(['1', '0']);
  expect(() => labelsOfArray(header, Uint8Array.from([0, 1, 0, 1, 1, 0]))).toThrow('row 2 has not exactly one 1');
});

it.each([
  ['b', 0, 1, { bits: 8, low: 0, high: 1 }],
  ['u', 0, 200, { bits: 8, low: 0, high: 255 }],
  ['i', 0, 4000, { bits: 16, low: 0, high: 65_535 }],
  ['i', -5, 300, { bits: 8, low: -5, high: 300 }],
  ['f', 0, 1, { bits: 8, low: 0, high: 1 }],
  ['f', -1, 1, { bits: 8, low: -1, high: 1 }],
  ['f', 0, 250.5, { bits: 8, low: 0, high: 255 }],
  ['f', -700, 900, { bits: 8, low: -700, high: 900 }],
] as const)('values of kind %s from %d to %d', (kind, min, max, scale) => {
  expect(scaleOf(array('a', [1], kind).header, min, max)).toEqual(scale);
});
