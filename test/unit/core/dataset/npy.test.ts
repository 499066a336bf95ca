import { describe, expect, it } from 'vitest';
import { readNpy } from '../../../../src/core/dataset/npy';
import { npy } from '../../../engine/support/npy';

const rows = [
  [0.25, 0.75],
  [1, 0],
  [0.5, 0.5],
];
/** What NumPy 2 wrote for numpy.save(file, numpy.array([[1.5, -2.0]])). */
const SAVED =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAD4PwAAAAAAAADA';

describe('a .npy file', () => {
  it.each(['<f4', '<f8'])('is read row by row as %s', (type) => {
    const { values, ...size } = readNpy(npy(rows, { type }));
    expect(size).toEqual({ rows: 3, columns: 2 });
    expect([...values]).toEqual(rows.flat());
  });

  it('is read as NumPy writes it', () => {
    expect([...readNpy(Buffer.from(SAVED, 'base64')).values]).toEqual([1.5, -2]);
  });

  it.each([
    [new Uint8Array([80, 75, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0]), 'it is not a .npy file'],
    [npy(rows, { type: '<i8' }), 'its numbers are <i8, not little-endian float32 or float64'],
    [npy(rows, { type: '>f4' }), 'its numbers are >f4'],
    [npy(rows, { fortran: true }), 'column by column (Fortran order); save it with numpy.save'],
    [npy(rows, { shape: '6,' }), 'its array has 1 dimension, not 2'],
    [npy(rows, { shape: '1, 3, 2' }), 'its array has 3 dimensions, not 2'],
    [npy(rows, { shape: '4, 2' }), 'it should hold 4 × 2 numbers but ends early'],
    [npy(rows, { shape: '2, 2' }), 'it should hold 2 × 2 numbers but is longer'],
  ])('that does not fit is refused with what to do (%#)', (bytes, message) => {
    expect(() => readNpy(bytes)).toThrow(message);
  });
});
