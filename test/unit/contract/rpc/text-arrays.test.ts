import { describe, expect, it } from 'vitest';
import { TEXT_ARRAY } from '../../../../src/contract/rpc/text-arrays';
import { frameOfText } from '../../../../src/renderer/state/frame-of-text';
import { frameText } from '../../../../src/serve/frame-text';

describe('a frame as text', () => {
  it('has its typed arrays again after the way, with their types and also where they are part of a buffer', () => {
    const all = new Float32Array([9, 0.1, -2.5, Number.MAX_VALUE]);
    const frame = {
      type: 'reply',
      result: {
        ids: new Uint32Array([1, 4_000_000_000]),
        x: all.subarray(1, 3),
        classOf: new Uint16Array([65_535]),
        flagged: new Uint8Array(),
        places: [new Int32Array([-1])],
        data: new Uint8Array(Buffer.from([0, 255, 128])),
        names: ['a', TEXT_ARRAY],
        nothing: null,
      },
    };
    const back = frameOfText(frameText(frame));
    expect(back).toEqual(frame);
    expect((back as typeof frame).result.x).toBeInstanceOf(Float32Array);
  });

  it('has a Buffer as bytes', () => {
    expect(frameOfText(frameText({ data: Buffer.from([1, 2]) }))).toEqual({ data: new Uint8Array([1, 2]) });
  });

  it('is refused with an array of a type that the other side does not know', () => {
    expect(() => frameText({ x: new Float64Array(1) })).toThrow('A frame cannot contain a Float64Array.');
  });

  it('keeps an object that only looks like an array', () => {
    const text = JSON.stringify({ [TEXT_ARRAY]: ['Function', 'x'] });
    expect(frameOfText(text)).toEqual({ [TEXT_ARRAY]: ['Function', 'x'] });
  });
});
