/**
 * The folder of images that is used while processes are killed, and checks that it and the exports from it are as they
 * should be.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const IMAGES = 150;
const SIDE = 96;

/**
 * Three classes of stripes with noise, some with a wrong label: a probe can learn the classes and find those labels.
 */
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

/** Path, content, times and inodes of all files: equal if nothing was changed. */
export function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const file of filesUnder(root)) {
    const { mtimeMs, ino } = statSync(file);
    hash.update(`${file.slice(root.length)} ${mtimeMs} ${ino} ${digestOf(file)}\n`);
  }
  return hash.digest('hex');
}

/**
 * The manifest and the pictures of an export, without the reports and provenance, which contain times. Empty if there
 * is no export.
 */
export function exportedText(out: string): string {
  if (!existsSync(join(out, 'manifest.jsonl'))) return '';
  const pictures = filesUnder(out).filter((file) => file.endsWith('.jpg'));
  return [
    readFileSync(join(out, 'manifest.jsonl'), 'utf8'),
    ...pictures.map((file) => `${file.slice(out.length)} ${digestOf(file)}`),
  ].join('\n');
}
