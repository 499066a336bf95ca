import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../../src/engine/shards/packed';

describe('packed partials', () => {
  it('are read as they were written, with maps, typed arrays and numbers that JSON does not have', () => {
    const value = {
      maps: new Map([
        ['__proto__', 1],
        ['cat', 2],
      ]),
      lists: [[], [0], [1, 'two', null, true], [[2]]],
      numbers: [Number.NaN, Infinity, -Infinity, -0, 0.1],
      columns: [Float64Array.of(Number.NaN, -0, 1 / 3), Int32Array.of(-1, 7), new Float64Array(0)],
      cells: Uint16Array.of(1, 2, 65_535),
      nested: new Map([['é', new Map([['x', { ids: [Uint8Array.of(9)] }]])]]),
      nothing: null,
    };
    const bytes = pack(value);
    expect(unpack(bytes)).toEqual(value);
    const shifted = Buffer.concat([Buffer.of(0), bytes]).subarray(1);
    expect(unpack(shifted)).toEqual(value);
  });

  it('refuse what they cannot hold, instead of losing it', () => {
    expect(() => pack(new Set([1]))).toThrow(TypeError);
    expect(() => pack({ a: undefined })).toThrow(TypeError);
    expect(() => pack([() => 1])).toThrow(TypeError);
  });

  it('are refused when they end early or are something else', () => {
    const bytes = pack({ column: Float64Array.of(1, 2, 3) });
    for (const broken of [bytes.subarray(0, -8), bytes.subarray(0, 12), Buffer.from('{"a": 1}'), Buffer.of()])
      expect(() => unpack(broken)).toThrow(SyntaxError);
  });
});
