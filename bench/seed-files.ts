/** Small valid images in every format and encoding that the index reads, as input for mutations. */
import sharp, { type Sharp } from 'sharp';
import { seededRandom } from '../src/core/statistics/random.ts';

/** The name is also the file extension. */
interface FormatSeeds {
  readonly format: string;
  readonly seeds: readonly Buffer[];
}

const [W, H] = [75, 52];

function drawn(channels: 1 | 3 | 4, seed: number): Sharp {
  const random = seededRandom(seed);
  const data = Uint8Array.from(
    { length: W * H * channels },
    (_, i) => 128 + 90 * Math.sin(i / (7 + seed)) + 30 * random(),
  );
  return sharp(data, { raw: { width: W, height: H, channels } });
}

function animated(seed: number): Sharp {
  const random = seededRandom(seed);
  const data = Uint8Array.from({ length: W * H * 3 * 3 }, () => random() * 255);
  return sharp(data, { raw: { width: W, height: H * 3, channels: 3, pageHeight: H } });
}

/** Bottom-up bitmaps as Windows writes them: 24 bits, or 8 bits with a palette. */
function bitmap(bits: 8 | 24): Buffer {
  const stride = Math.ceil((W * bits) / 32) * 4;
  const palette = bits === 8 ? 1024 : 0;
  const bytes = Buffer.alloc(54 + palette + stride * H, 90);
  bytes.fill(0, 0, 54);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54 + palette, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(W, 18);
  bytes.writeInt32LE(H, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(bits, 28);
  return bytes;
}

const pnm = (kind: 'P2' | 'P5' | 'P6') =>
  Buffer.concat([
    Buffer.from(`${kind}\n# made here\n${W} ${H}\n255\n`),
    kind === 'P2' ? Buffer.from('128 7 255 '.repeat((W * H) / 3)) : Buffer.alloc(W * H * (kind === 'P6' ? 3 : 1), 77),
  ]);

export async function seedFiles(): Promise<FormatSeeds[]> {
  const c = drawn(3, 1);
  const a = drawn(4, 2);
  const g = drawn(1, 3);
  const make = async (format: string, ...pictures: Sharp[]): Promise<FormatSeeds> => ({
    format,
    seeds: await Promise.all(pictures.map((picture) => picture.toBuffer())),
  });
  return [
    await make(
      'jpg',
      c.clone().jpeg(),
      c.clone().jpeg({ progressive: true }),
      c.clone().toColourspace('cmyk').jpeg(),
      g.clone().jpeg(),
      c.clone().withMetadata({ orientation: 6 }).jpeg({ chromaSubsampling: '4:4:4' }),
    ),
    await make(
      'png',
      c.clone().png(),
      a.clone().png({ progressive: true }),
      c.clone().png({ palette: true }),
      g.clone().toColourspace('grey16').png(),
      c.clone().withIccProfile('p3').png(),
    ),
    await make(
      'webp',
      c.clone().webp(),
      a.clone().webp({ lossless: true }),
      a.clone().webp(),
      animated(4).webp(),
      c.clone().withMetadata().webp(),
    ),
    await make('gif', c.clone().gif(), a.clone().gif(), animated(5).gif(), g.clone().gif({ progressive: true })),
    await make(
      'tif',
      c.clone().tiff({ compression: 'none' }),
      c.clone().tiff({ compression: 'lzw' }),
      a.clone().tiff({ compression: 'deflate', predictor: 'horizontal' }),
      c.clone().tiff({ compression: 'jpeg' }),
      c.clone().tiff({ tile: true, tileWidth: 32, tileHeight: 32 }),
      g.clone().tiff({ bitdepth: 4, compression: 'packbits' }),
    ),
    await make(
      'avif',
      c.clone().avif({ effort: 0 }),
      a.clone().avif({ effort: 0 }),
      c.clone().avif({ effort: 0, lossless: true }),
    ),
    { format: 'bmp', seeds: [bitmap(24), bitmap(8)] },
    { format: 'ppm', seeds: [pnm('P6'), pnm('P5'), pnm('P2')] },
  ];
}
