/**
 * The folder of images that is worked on while things are killed, and proofs that it, or what came of it, is as it
 * should be.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const IMAGES = 150;
const SIDE = 96;

/** Three kinds of stripes with noise, some under a wrong label: a probe learns them and finds those. */
export async function drawSource(folder: string, random: () => number): Promise<void> {
  for (let i = 0; i < IMAGES; i += 1) {
    const kind = i % 3;
    const shift = random() * 9;
    const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % SIDE, Math.floor(at / 3 / SIDE)];
      return 128 + 60 * Math.sin(((kind === 0 ? x : kind === 1 ? y : x + y) + shift) / (4 + kind)) + 60 * random();
    });
    const target = join(folder, `c${i % 40 === 7 ? (kind + 1) % 3 : kind}`);
    mkdirSync(target, { recursive: true });
    await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .jpeg({ quality: 92 })
      .toFile(join(target, `${i}.jpg`));
  }
}

function filesUnder(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Path, bytes, times and inodes of all files: equal when nothing was touched. */
export function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const file of filesUnder(root)) {
    const { mtimeMs, ino } = statSync(file);
    hash.update(`${file.slice(root.length)} ${mtimeMs} ${ino} ${digestOf(file)}\n`);
  }
  return hash.digest('hex');
}

/** The manifest and the pictures of an export: reports and provenance name the time. Empty where there is none. */
export function exportedText(out: string): string {
  if (!existsSync(join(out, 'manifest.jsonl'))) return '';
  const pictures = filesUnder(out).filter((file) => file.endsWith('.jpg'));
  return [
    readFileSync(join(out, 'manifest.jsonl'), 'utf8'),
    ...pictures.map((file) => `${file.slice(out.length)} ${digestOf(file)}`),
  ].join('\n');
}
