import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { toEngineFrameSchema } from '../../../src/contract/frames';
import { packed } from '../../../src/main/padding';

describe('a frame to the engine', () => {
  it.each(['x', 'é', '語'])('never takes 4 to 8 KiB, however long it is (%s), and is read as it was', (letter) => {
    for (let length = 0; length < 30_000; length += 97) {
      const frame = { type: 'request' as const, id: 1, name: 'recipe.readScript', params: { dataset: 'a', text: letter.repeat(length) } };
      const bytes = serialize(packed(frame)).length;
      expect(bytes < 3900 || bytes > 8500).toBe(true);
      expect(toEngineFrameSchema.parse(JSON.parse(packed(frame)))).toEqual(frame);
    }
  });
});
