/**
 * Data sets that the tests generate. Plain Node also runs this file (bench/start.ts), so that imports need the file
 * extension.
 */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import sharp from 'sharp';
import { readDigits, side } from '../../src/engine/samples/digits.ts';

/** Real digits as PNG class folders `0`, `1`, …; `counts[i]` images of digit i. */
export async function writeDigits(folder: string, counts: readonly number[]): Promise<void> {
  const digits = await readDigits(Math.max(...counts));
  for (const [digit, count] of counts.entries()) {
    const target = join(folder, String(digit));
    mkdirSync(target, { recursive: true });
    for (const [index, pixels] of (digits[digit] ?? []).slice(0, count).entries()) {
      await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
        .png()
        .toFile(join(target, `${String(index).padStart(4, '0')}.png`));
    }
  }
}

/** Writes one small picture of a single colour. */
export async function writePicture(
  file: string,
  colour: string,
  size: { width: number; height: number } = { width: 64, height: 48 },
): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await sharp({ create: { ...size, channels: 3, background: colour } }).toFile(file);
}

/**
 * Class folders that take some time to index: every name is a hard link to one large noisy PNG, which must be decoded
 * completely each time.
 * @param counts images per class
 */
export async function writeSlow(folder: string, counts: Readonly<Record<string, number>>): Promise<void> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const png = await sharp({ create: { width: 1600, height: 1200, channels: 3, background: 'grey', noise } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  for (const [name, count] of Object.entries(counts)) {
    mkdirSync(join(folder, name), { recursive: true });
    const first = join(folder, name, '0.png');
    writeFileSync(first, png);
    for (let index = 1; index < count; index++) linkSync(first, join(folder, name, `${index}.png`));
  }
}

/**
 * Every file of a folder with size, time and content, and every folder. Two results are equal if nothing was changed.
 */
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
