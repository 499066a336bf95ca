import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBmp } from '../../../../src/core/images/bmp';
import { cameraOf } from '../../../../src/core/images/exif';
import { endingsReadBy, formatOf, FORMATS, hasEnd, names } from '../../../../src/core/images/formats';
import { identify } from '../../../../src/core/images/identify';
import { decodePnm } from '../../../../src/core/images/pnm';
import { BadPicture } from '../../../../src/core/images/raw-picture';

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('recognizing a file by its content', () => {
  it.each([
    [[0xff, 0xd8, 0xff, 0xe0], 'jpeg'],
    [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 'png'],
    [ascii('GIF89a'), 'gif'],
    [ascii('RIFF\x10\0\0\0WEBPVP8 '), 'webp'],
    [[0x49, 0x49, 0x2a, 0], 'tiff'],
    [ascii('\0\0\0\x20ftypavif'), 'avif'],
    [ascii('\0\0\0\x20ftypheic'), 'heif'],
    [ascii('\0\0\0\x20ftypisom'), 'unknown'],
    [ascii('P6 2 2 255\n'), 'ppm'],
    [ascii('Plain words about a picture\n'), 'text'],
    [ascii('<?xml version="1.0"?>\n<svg xmlns="x">'), 'drawing'],
    [ascii('%PDF-1.7'), 'document'],
    [[0xff, 0x0a], 'jxl'],
    [[1, 2, 3, 4], 'unknown'],
    [[], 'empty'],
  ])('%j is %s', (bytes, content) => {
    const told = identify(Uint8Array.from(bytes));
    expect(typeof told === 'string' ? told : told.id).toBe(content);
  });

  it('never throws, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(['string', 'object']).toContain(typeof identify(bytes));
      }),
    );
  });

  it('recognizes the end of complete files', () => {
    expect(hasEnd(Uint8Array.of(0xff, 0xd8, 0xff, 1, 2, 0xff, 0xd9), formatOf('jpeg'))).toBe(true);
    expect(hasEnd(Uint8Array.of(0xff, 0xd8, 0xff, 1, 2), formatOf('jpeg'))).toBe(false);
    expect(hasEnd(ascii('....IEND\xae\x42\x60\x82'), formatOf('png'))).toBe(true);
    expect(hasEnd(ascii('....IDAT'), formatOf('png'))).toBe(false);
  });
});

describe('the table of formats', () => {
  it('has no extension in two formats, and lists for loaders only extensions of the format', () => {
    const all = FORMATS.flatMap(({ endings }) => [...endings.usual, ...endings.known, ...endings.rare]);
    expect(new Set(all).size).toBe(all.length);
    for (const format of FORMATS)
      for (const ending of Object.values(format.loaders).flat()) expect(names(ending, format)).toBe(true);
  });

  it('lists for every loader what it really reads', () => {
    expect(endingsReadBy('keras').sort()).toEqual(['bmp', 'gif', 'jpeg', 'jpg', 'png']);
    expect(endingsReadBy('torchvision').sort()).toEqual(
      ['jpg', 'jpeg', 'png', 'ppm', 'bmp', 'pgm', 'tif', 'tiff', 'webp'].sort(),
    );
  });

  it('refuses an unknown format', () => {
    expect(() => formatOf('constructor')).toThrow(RangeError);
  });
});

interface BmpParts {
  width: number;
  height: number;
  bits: number;
  data: readonly number[];
  palette?: readonly number[];
  compression?: number;
  masks?: readonly number[];
}

/** A bitmap with a 40-byte header; `data` contains the stored rows, bottom first. */
function bmp({ width, height, bits, data, palette = [], compression = 0, masks = [] }: BmpParts): Uint8Array {
  const offset = 54 + masks.length * 4 + palette.length;
  const bytes = new Uint8Array(offset + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, offset, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  view.setUint32(46, palette.length / 4, true);
  masks.forEach((mask, i) => view.setUint32(54 + i * 4, mask, true));
  bytes.set(palette, 54 + masks.length * 4);
  bytes.set(data, offset);
  return bytes;
}

describe('bitmaps', () => {
  const twoByTwo = [
    [10, 20, 30],
    [40, 50, 60],
    [70, 80, 90],
    [100, 110, 120],
  ].flat();

  it('reads 24 bits bottom-up and top-down', () => {
    const rows = [
      [90, 80, 70, 120, 110, 100, 0, 0],
      [30, 20, 10, 60, 50, 40, 0, 0],
    ];
    expect([...decodeBmp(bmp({ width: 2, height: 2, bits: 24, data: rows.flat() })).data]).toEqual(twoByTwo);
    expect([...decodeBmp(bmp({ width: 2, height: -2, bits: 24, data: rows.toReversed().flat() })).data]).toEqual(
      twoByTwo,
    );
  });

  it('reads palettes of 1, 4 and 8 bits', () => {
    const palette = [0, 0, 255, 0, 255, 0, 0, 0];
    const colours = [255, 0, 0, 0, 0, 255];
    expect([...decodeBmp(bmp({ width: 2, height: 1, bits: 1, palette, data: [0b0100_0000, 0, 0, 0] })).data]).toEqual(
      colours,
    );
    expect([...decodeBmp(bmp({ width: 2, height: 1, bits: 4, palette, data: [0x01, 0, 0, 0] })).data]).toEqual(colours);
    expect([...decodeBmp(bmp({ width: 2, height: 1, bits: 8, palette, data: [0, 1, 0, 0] })).data]).toEqual(colours);
  });

  it('reads run lengths with runs, literals and jumps', () => {
    const palette = Array.from({ length: 4 }, (_, i) => [i, i, i, 0]).flat();
    const data = [2, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1];
    expect(
      [...decodeBmp(bmp({ width: 3, height: 2, bits: 8, palette, compression: 1, data })).data].filter(
        (_, i) => i % 3 === 0,
      ),
    ).toEqual([1, 2, 3, 1, 1, 0]);
  });

  it('reads 16 bits with masks', () => {
    const data = [0x00, 0xf8, 0x1f, 0x00];
    expect([
      ...decodeBmp(bmp({ width: 2, height: 1, bits: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f], data })).data,
    ]).toEqual([255, 0, 0, 0, 0, 255]);
  });

  it('reads run lengths of 4 bits, two pixels per byte', () => {
    const palette = Array.from({ length: 4 }, (_, i) => [i, i, i, 0]).flat();
    const { data } = decodeBmp(bmp({ width: 4, height: 1, bits: 4, palette, compression: 2, data: [4, 0x12, 0, 1] }));
    expect([...data].filter((_, i) => i % 3 === 0)).toEqual([1, 2, 1, 2]);
  });

  it('reads 16 and 32 bits without masks, and 32 bits with masks', () => {
    const red = [0x00, 0x7c];
    const blue = [0x1f, 0x00];
    expect([...decodeBmp(bmp({ width: 2, height: 1, bits: 16, data: [...red, ...blue] })).data]).toEqual([
      255, 0, 0, 0, 0, 255,
    ]);
    expect([...decodeBmp(bmp({ width: 1, height: 1, bits: 32, data: [1, 2, 3, 0] })).data]).toEqual([3, 2, 1]);
    const masks = [0xff, 0xff00, 0xff0000];
    expect([
      ...decodeBmp(bmp({ width: 1, height: 1, bits: 32, compression: 3, masks, data: [1, 2, 3, 0] })).data,
    ]).toEqual([1, 2, 3]);
  });

  it('reads the 12-byte header of OS/2', () => {
    const bytes = new Uint8Array(34);
    const view = new DataView(bytes.buffer);
    bytes.set([0x42, 0x4d]);
    view.setUint32(10, 26, true);
    view.setUint32(14, 12, true);
    view.setUint16(18, 2, true);
    view.setUint16(20, 1, true);
    view.setUint16(24, 24, true);
    bytes.set([1, 2, 3, 4, 5, 6], 26);
    expect([...decodeBmp(bytes).data]).toEqual([3, 2, 1, 6, 5, 4]);
  });

  it('distinguishes a file that ends too early from an invalid one', () => {
    const whole = bmp({ width: 40, height: 40, bits: 24, data: new Array<number>(4800).fill(7) });
    const failure = (bytes: Uint8Array) => {
      try {
        decodeBmp(bytes);
      } catch (error) {
        return error instanceof BadPicture ? error.short : error;
      }
      return null;
    };
    expect(failure(whole)).toBe(null);
    expect(failure(whole.slice(0, 2000))).toBe(true);
    expect(failure(bmp({ width: -3, height: 2, bits: 24, data: [] }))).toBe(false);
  });
});

describe('portable maps', () => {
  it.each([
    ['P3 2 1 255\n1 2 3 # red\n4 5 6', [1, 2, 3, 4, 5, 6]],
    ['P2\n2 1\n3\n0 3', [0, 255]],
    ['P1\n3 1\n101', [0, 255, 0]],
    ['P6 1 1 255\n\x01\x02\x03', [1, 2, 3]],
    ['P5 2 1 65535\n\0\0\xff\xff', [0, 255]],
    ['P4 3 1\n\xa0', [0, 255, 0]],
  ])('reads %j', (text, data) => {
    expect([...decodePnm(ascii(text)).data]).toEqual(data);
  });

  it('refuses truncated or invalid files', () => {
    expect(() => decodePnm(ascii('P6 4 4 255\nxx'))).toThrow(BadPicture);
    expect(() => decodePnm(ascii('P6 x'))).toThrow(BadPicture);
    expect(() => decodePnm(ascii('P6 0 4 255\n'))).toThrow(BadPicture);
  });
});

describe('EXIF cameras', () => {
  it('gives make and model, and accepts invalid EXIF blocks', () => {
    const block = new Uint8Array(64);
    const view = new DataView(block.buffer);
    block.set(ascii('II*\0'));
    view.setUint32(4, 8, true);
    view.setUint16(8, 1, true);
    view.setUint16(10, 0x0110, true);
    view.setUint16(12, 2, true);
    view.setUint32(14, 6, true);
    view.setUint32(18, 40, true);
    block.set(ascii('X-100\0'), 40);
    expect(cameraOf(block)).toBe('X-100');
    view.setUint32(18, 4_000_000, true);
    expect(cameraOf(block)).toBe(null);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const camera = cameraOf(bytes);
        expect(camera === null || typeof camera === 'string').toBe(true);
      }),
    );
  });
});
