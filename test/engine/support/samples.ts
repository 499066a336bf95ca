/** Generated files of every kind that a data set can contain. */
import { deflateSync, crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { seededRandom } from '../../../src/core/statistics/random';

/** A smooth picture with grain, as pixels. */
export function pixels(seed: number, width: number, height: number): Buffer {
  const random = seededRandom(seed);
  const [a, b, c] = [random() * 6, random() * 6, random() * 6];
  return Buffer.from(
    Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return 128 + 60 * Math.sin((a * x) / width + c) + 50 * Math.cos((b * y) / height + (i % 3)) + 10 * random();
    }),
  );
}

export function raw(seed: number, width = 120, height = 90): Sharp {
  return sharp(pixels(seed, width, height), { raw: { width, height, channels: 3 } });
}

export const jpeg = (seed: number, width?: number, height?: number) =>
  raw(seed, width, height).jpeg({ quality: 88 }).toBuffer();

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** A valid PNG of any size, one bit per pixel, all black: small on disk, huge in memory. */
export function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 1 });
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Overwrites bytes in the middle third, as a failing disk does. */
export function corrupted(bytes: Buffer, seed: number): Buffer {
  const random = seededRandom(seed);
  const copy = Buffer.from(bytes);
  for (let i = 0; i < 400; i += 1)
    copy[Math.floor(bytes.length / 3 + (random() * bytes.length) / 3)] = Math.floor(random() * 256);
  return copy;
}

export function truncated(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * 0.6));
}

/** A 24-bit bitmap of one colour. */
export function bmp(width: number, height: number, [r, g, b]: readonly [number, number, number]): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + stride * height);
  bytes.write('BM', 0, 'latin1');
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) bytes.set([b, g, r], 54 + y * stride + x * 3);
  return bytes;
}
