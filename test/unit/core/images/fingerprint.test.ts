import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dHash, pHash } from '../../../../src/core/images/fingerprint';

const picture = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .chain(([width, height]) =>
    fc.uint8Array({ minLength: width * height, maxLength: width * height }).map((grey) => ({ grey, width, height })),
  );

it('are 16 hex digits for a picture of any size, and always the same', () => {
  fc.assert(
    fc.property(picture, ({ grey, width, height }) => {
      for (const hash of [pHash, dHash]) {
        expect(hash(grey, width, height)).toMatch(/^[0-9a-f]{16}$/);
        expect(hash(Uint8Array.from(grey), width, height)).toBe(hash(grey, width, height));
      }
    }),
  );
});

it('do not change if every pixel value is doubled, because they only compare values', () => {
  const dim = picture.map(({ grey, ...size }) => ({ ...size, grey: grey.map((value) => value >> 1) }));
  fc.assert(
    fc.property(dim, ({ grey, width, height }) => {
      const bright = grey.map((value) => value * 2);
      expect(dHash(bright, width, height)).toBe(dHash(grey, width, height));
      expect(pHash(bright, width, height)).toBe(pHash(grey, width, height));
    }),
  );
});

it('are equal for all pictures of one colour, of any size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (width, height) => {
      const plain = new Uint8Array(width * height).fill(128);
      expect([dHash(plain, width, height), pHash(plain, width, height)]).toEqual([
        '0000000000000000',
        '8000000000000000',
      ]);
    }),
  );
});
