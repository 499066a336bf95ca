import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { decodePicture, encodePicture, encodeThumbnail } from '../../../src/engine/images/pixels';
import { UnreadableImage } from '../../../src/engine/images/refusals';
import { bmp, corrupted, hugePng, jpeg, pixels, raw, truncated } from '../support/samples';

async function failureOf(bytes: Buffer): Promise<string> {
  return decodePicture(bytes).then(
    () => 'read',
    (error: unknown) => {
      if (error instanceof UnreadableImage) return error.code;
      throw error;
    },
  );
}

const meanOf = (rgb: Uint8Array, channel: number) =>
  rgb.filter((_, i) => i % 3 === channel).reduce((sum, value) => sum + value, 0) / (rgb.length / 3);

describe('odd but valid pictures are read', () => {
  it('a CMYK JPEG, as sRGB', async () => {
    const { facts, rgb, width, height } = await decodePicture(await raw(1).toColourspace('cmyk').jpeg().toBuffer());
    expect(facts).toMatchObject({ format: 'jpeg', colourSpace: 'cmyk', channels: 4, width: 120, height: 90 });
    expect(rgb.length).toBe(width * height * 3);
  });

  it('a 16-bit PNG, scaled to 8', async () => {
    const grey = Uint16Array.from({ length: 64 * 64 }, (_, i) => (i % 64) * 1000);
    const { facts, rgb } = await decodePicture(
      await sharp(grey, { raw: { width: 64, height: 64, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toBuffer(),
    );
    expect(facts).toMatchObject({ depth: 16, channels: 1 });
    expect(rgb[63 * 3]).toBeCloseTo(63_000 / 257, -1);
  });

  it('an animated GIF and WebP, by the first frame', async () => {
    const frames = Buffer.concat([Buffer.alloc(32 * 32 * 3, 10), Buffer.alloc(32 * 32 * 3, 240)]);
    const animated = sharp(frames, { raw: { width: 32, height: 64, channels: 3, pageHeight: 32 } });
    for (const bytes of [
      await animated.clone().gif().toBuffer(),
      await animated.clone().webp({ lossless: true }).toBuffer(),
    ]) {
      const { facts, rgb } = await decodePicture(bytes);
      expect(facts).toMatchObject({ pages: 2, width: 32, height: 32 });
      expect(meanOf(rgb, 0)).toBeCloseTo(10, -1);
    }
  });

  it('a rotated JPEG, upright, with its true size', async () => {
    const lying = pixels(2, 120, 60);
    const bytes = await sharp(lying, { raw: { width: 120, height: 60, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer();
    const { facts, width, height } = await decodePicture(bytes);
    expect(facts).toMatchObject({ orientation: 6, width: 60, height: 120 });
    expect([width, height]).toEqual([60, 120]);
  });

  it('transparency, flattened on mid grey', async () => {
    const clear = await sharp({
      create: { width: 20, height: 20, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const { facts, rgb } = await decodePicture(clear);
    expect(facts.hasAlpha).toBe(true);
    expect([...rgb.subarray(0, 3)]).toEqual([128, 128, 128]);
  });

  it.each([
    ['png', () => raw(3).png().toBuffer()],
    ['webp', () => raw(3).webp().toBuffer()],
    ['tiff', () => raw(3).tiff().toBuffer()],
    ['avif', () => raw(3).avif().toBuffer()],
    ['bmp', () => Promise.resolve(bmp(120, 90, [200, 100, 50]))],
    ['ppm', () => Promise.resolve(Buffer.concat([Buffer.from('P6\n120 90\n255\n'), pixels(3, 120, 90)]))],
  ] as const)('%s', async (format, make) => {
    const { facts } = await decodePicture(await make());
    expect(facts).toMatchObject({ format, width: 120, height: 90 });
  });

  it('a greymap, as three equal channels', async () => {
    const { facts, rgb } = await decodePicture(
      Buffer.concat([Buffer.from('P5 4 1 255\n'), Buffer.from([0, 80, 160, 255])]),
    );
    expect(facts).toMatchObject({ channels: 1, colourSpace: 'b-w' });
    expect([...rgb]).toEqual([0, 0, 0, 80, 80, 80, 160, 160, 160, 255, 255, 255]);
  });

  it('a JPEG with a few extra bytes before its end', async () => {
    const bytes = await jpeg(4);
    const padded = Buffer.concat([bytes.subarray(0, -2), Buffer.from([0, 0, 0, 0]), bytes.subarray(-2)]);
    expect(await failureOf(padded)).toBe('read');
  });
});

describe('damaged files are unreadable, each with its reason', () => {
  it.each([
    ['empty-file', () => Promise.resolve(Buffer.alloc(0))],
    ['not-an-image', () => Promise.resolve(Buffer.from('this is a text file, not a picture\n'.repeat(20)))],
    ['not-an-image', async () => Buffer.concat([Buffer.alloc(200, 7), (await jpeg(5)).subarray(200)])],
    ['truncated', async () => truncated(await jpeg(6))],
    ['truncated', async () => truncated(await raw(6).png().toBuffer())],
    ['truncated', () => Promise.resolve(truncated(bmp(50, 50, [1, 2, 3])))],
    ['truncated', () => Promise.resolve(Buffer.from('P6\n120 90\n255\nshort'))],
    [
      'unsupported-format',
      () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')),
    ],
    ['unsupported-format', () => Promise.resolve(Buffer.from('%PDF-1.4 …'))],
    ['too-many-pixels', () => Promise.resolve(hugePng(30_000, 30_000))],
  ] as const)('%s', async (code, make) => {
    expect(await failureOf(await make())).toBe(code);
  });

  it.each([
    ['version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n', 'git lfs pull'],
    ['<!DOCTYPE html>\n<html><body>404</body></html>', 'a web page'],
    ['no picture\n', 'contains text'],
  ])('%j is told as what it is', async (text, words) => {
    await expect(decodePicture(Buffer.from(text))).rejects.toThrow(words);
  });

  it('most JPEG files with an overwritten body', async () => {
    const found = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => failureOf(corrupted(await jpeg(100 + i, 256, 256), i))),
    );
    expect(found.filter((code) => code === 'corrupt' || code === 'truncated').length).toBeGreaterThanOrEqual(39);
  });

  it('a PNG whose data fails its checksum', async () => {
    const bytes = Buffer.from(await raw(8).png().toBuffer());
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
    expect(await failureOf(bytes)).toBe('corrupt');
  });
});

describe('pictures for display', () => {
  it('are JPEG thumbnails of at most 256 px, never enlarged', async () => {
    for (const [width, height, expected] of [
      [400, 300, [256, 192]],
      [40, 30, [40, 30]],
    ] as const) {
      const thumbnail = await encodeThumbnail(await decodePicture(await jpeg(9, width, height)));
      const { format, width: w, height: h } = await sharp(thumbnail).metadata();
      expect({ format, size: [w, h] }).toEqual({ format: 'jpeg', size: expected });
    }
  });

  it('are upright pictures of at most 2,048 px', async () => {
    const bytes = await raw(10, 2600, 1300).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    const { format, width, height } = await sharp(await encodePicture(bytes)).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: 1024, height: 2048 });
  });
});
