import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { toEngineFrameSchema } from '../../../../src/contract/frames';
import { packed } from '../../../../src/main/electron22/padding';

const PAGE = 4096;

describe('a frame to the engine', () => {
  it.each(['x', 'é', '語', '🙂'])(
    'never needs exactly two memory pages, never ends just below the end of a page, and is read back unchanged (%s)',
    (letter) => {
      for (let length = 0; length < 3 * PAGE; length += 13) {
        const frame = {
          type: 'request' as const,
          id: 1,
          name: 'recipe.readScript',
          params: { dataset: 'a', text: letter.repeat(length) },
        };
        const bytes = serialize(packed(frame)).length;
        expect(Math.ceil(bytes / PAGE)).not.toBe(2);
        expect(Math.ceil((bytes + 100) / PAGE)).toBe(Math.ceil(bytes / PAGE));
        expect(toEngineFrameSchema.parse(JSON.parse(packed(frame)))).toEqual(frame);
      }
    },
  );
});
