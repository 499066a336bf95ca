/** Small files that declare, or contain, far more pixels than fit into memory. */
import { describe, expect, it } from 'vitest';
import { decodePicture, encodePicture } from '../../../src/engine/images/pixels';
import { UnreadableImage } from '../../../src/engine/images/refusals';
import { bmp, hugePng, raw } from '../support/samples';

/** Overwrites a number wherever `find` occurs. */
function patched(bytes: Buffer, find: Buffer, replacement: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  let places = 0;
  for (let at = copy.indexOf(find); at >= 0; at = copy.indexOf(find, at + 1)) {
    replacement.copy(copy, at);
    places += 1;
  }
  expect(places).toBeGreaterThan(0);
  return copy;
}

const u16 = (order: 'LE' | 'BE', ...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries())
    if (order === 'LE') bytes.writeUInt16LE(value, i * 2);
    else bytes.writeUInt16BE(value, i * 2);
  return bytes;
};
const u32 = (order: 'LE' | 'BE', ...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries())
    if (order === 'LE') bytes.writeUInt32LE(value, i * 4);
    else bytes.writeUInt32BE(value, i * 4);
  return bytes;
};

/** A TIFF with another number in a tag (SHORT or LONG, little-endian). */
function retagged(tiff: Buffer, changes: Readonly<Record<number, number>>): Buffer {
  const copy = Buffer.from(tiff);
  const directory = copy.readUInt32LE(4);
  for (let i = 0; i < copy.readUInt16LE(directory); i += 1) {
    const at = directory + 2 + i * 12;
    const value = changes[copy.readUInt16LE(at)];
    if (value === undefined) continue;
    copy.writeUInt16LE(4, at + 2);
    copy.writeUInt32LE(value, at + 8);
  }
  return copy;
}

const W = 121;
const H = 93;
const bombs: Record<string, () => Promise<Buffer>> = {
  'PNG that unpacks to 900 million pixels': () => Promise.resolve(hugePng(30_000, 30_000)),
  'PNG with rows of four million pixels': () => Promise.resolve(hugePng(4_194_379, 52).subarray(0, 200)),
  'JPEG header': async () => patched(await raw(1, W, H).jpeg().toBuffer(), u16('BE', H, W), u16('BE', 65_500, 65_500)),
  'WebP header, lossless': async () => {
    const copy = Buffer.from(await raw(1, W, H).webp({ lossless: true }).toBuffer());
    copy.writeUInt32LE((copy.readUInt32LE(21) | 0x0fff_ffff) >>> 0, 21);
    return copy;
  },
  'WebP canvas': async () => {
    const copy = Buffer.from(await raw(1, W, H).webp().withMetadata({ density: 72 }).toBuffer());
    expect(copy.toString('latin1', 12, 16)).toBe('VP8X');
    copy.fill(0xff, 24, 30);
    return copy;
  },
  'GIF screen and frame': async () =>
    patched(await raw(1, W, H).gif().toBuffer(), u16('LE', W, H), u16('LE', 65_535, 65_535)),
  'TIFF tags': async () =>
    retagged(await raw(1, W, H).tiff({ compression: 'none' }).toBuffer(), { 256: 60_000, 257: 60_000 }),
  'TIFF tags, deflated, one strip': async () =>
    retagged(await raw(1, W, H).tiff({ compression: 'deflate' }).toBuffer(), { 256: 60_000, 257: 60_000, 278: 60_000 }),
  'AVIF header': async () =>
    patched(await raw(1, W, H).avif({ effort: 0 }).toBuffer(), u32('BE', W, H), u32('BE', 65_000, 65_000)),
  'BMP header': () =>
    Promise.resolve(patched(bmp(W, H, [1, 2, 3]), u32('LE', W, H), u32('LE', 0x7fff_ffff, 0x7fff_ffff))),
  'PPM header': () => Promise.resolve(Buffer.from('P6 99999 99999 255\nabc')),
};

describe('a decompression bomb becomes a row with its reason and is never decoded', () => {
  it.each(Object.entries(bombs))('%s', async (_, make) => {
    const bytes = await make();
    const before = process.memoryUsage.rss();
    for (const decode of [decodePicture, encodePicture]) {
      const error: unknown = await decode(bytes).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(UnreadableImage);
      expect((error as UnreadableImage).code).toMatch(/^(too-many-pixels|corrupt|truncated)$/);
      expect((error as UnreadableImage).message).toMatch(/^[^\n]{10,300}\.$/);
    }
    // The smallest one has 4,194,379 × 52 pixels: 654 MB decoded.
    expect(process.memoryUsage.rss() - before).toBeLessThan(400e6);
  });
});
