/** Folders of JPEG files for benches. */
import { copyFileSync, linkSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';

const CLASSES = 20;
/** Number of files that are drawn; the others are copies, which take as long to read and decode. */
const DRAWN = 400;

/** mulberry32: the same pictures in every run. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A picture similar to a photograph: smooth colour fields, some shapes, some noise. */
async function draw(index: number): Promise<Buffer> {
  const random = generator(index + 1);
  const [width, height] = [300 + Math.floor(random() * 1300), 300 + Math.floor(random() * 1300)];
  const field = Buffer.from(Uint8Array.from({ length: 24 * 24 * 3 }, () => random() * 256));
  const grain = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 8 + random() * 14 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  const shapes = Array.from(
    { length: 6 },
    () =>
      `<rect x="${random() * width}" y="${random() * height}" width="${random() * 300}" height="${random() * 300}" fill="hsl(${random() * 360} 60% 50%)"/>`,
  );
  const base = await sharp(field, { raw: { width: 24, height: 24, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return sharp(base)
    .composite([
      { input: Buffer.from(`<svg width="${width}" height="${height}">${shapes.join('')}</svg>`) },
      { input: grain, blend: 'soft-light' },
    ])
    .jpeg({ quality: 75 + Math.floor(random() * 18) })
    .toBuffer();
}

/** Writes `count` JPEG files of 300–1,600 px in 20 class folders. */
export async function drawPictures(root: string, count: number): Promise<void> {
  for (let k = 0; k < CLASSES; k += 1)
    mkdirSync(join(root, `class_${String(k).padStart(2, '0')}`), { recursive: true });
  const place = (i: number) =>
    join(root, `class_${String(i % CLASSES).padStart(2, '0')}`, `${String(i).padStart(6, '0')}.jpg`);
  for (let i = 0; i < count; i += 1) {
    if (i < DRAWN) writeFileSync(place(i), await draw(i));
    else copyFileSync(place(i % DRAWN), place(i));
  }
}

/** All files two levels down, in an order that mixes the classes. */
export function filesOf(root: string): string[] {
  const folders = readdirSync(root)
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isDirectory())
    .map((path) =>
      readdirSync(path)
        .filter((name) => /\.jpe?g$/i.test(name))
        .map((name) => join(path, name)),
    );
  const longest = folders.reduce((most, files) => Math.max(most, files.length), 0);
  return Array.from({ length: longest }, (_, i) => folders.flatMap((files) => files[i] ?? [])).flat();
}

/** A folder of links to some files, with their class folders. */
export function linkFolder(root: string, files: readonly string[]): void {
  for (const file of files) {
    const [folder = '', name = ''] = file.split('/').slice(-2);
    mkdirSync(join(root, folder), { recursive: true });
    symlinkSync(file, join(root, folder, name));
  }
}

/** Draws some files and gives each several names by hard links, in 20 class folders. */
export async function linkMany(root: string, drawn: number, names: number): Promise<void> {
  await drawPictures(root, drawn);
  for (const file of filesOf(root)) {
    for (let copy = 1; copy < names / drawn; copy++) linkSync(file, file.replace(/\.jpg$/, `_${copy}.jpg`));
  }
}

/** Files that are drawn for a folder of many names. */
const DRAWN_FOR_MANY = 2000;

/**
 * The folder with many images of a bench: the given one, or one with `names` names that is made in `scratch`.
 * @returns its absolute path
 */
export async function manyPictures(given: string | undefined, scratch: string, names: number): Promise<string> {
  if (given !== undefined) return resolve(given);
  const root = join(scratch, 'set');
  await linkMany(root, DRAWN_FOR_MANY, names);
  return root;
}
