/** Small real data sets, indexed in the same way as in the app. */
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '../../../src/core/statistics/random';
import { closeCatalog, openCatalog, type Catalog } from '../../../src/engine/catalog/catalog';
import { datasetIdOf } from '../../../src/engine/files/dataset-id';
import { runIndex } from '../../../src/engine/stages/index-run';
import type { Task } from '../../../src/engine/process/task';

export const quiet: Task = { signal: new AbortController().signal, progress: () => undefined };

/** A folder that is removed after the tests; `make` returns its path. */
export function scratch(): { readonly folder: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-test-')));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A picture of coarse noise, determined by its seed. */
export async function picture(seed: number, size = 24): Promise<Buffer> {
  const random = seededRandom(seed);
  const data = Buffer.from(Uint8Array.from({ length: size * size * 3 }, () => Math.floor(random() * 256)));
  return sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

export function put(root: string, path: string, content: Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** `className/0.png` … for each class. */
export async function putClasses(root: string, counts: Record<string, number>): Promise<void> {
  let seed = 1;
  for (const [className, n] of Object.entries(counts))
    for (let index = 0; index < n; index += 1) put(root, `${className}/${index}.png`, await picture(seed++));
}

export interface Indexed {
  readonly catalog: Catalog;
  /** Path of an image → its id. */
  id(path: string): number;
  close(): void;
}

export async function indexed(root: string, home: string): Promise<Indexed> {
  const catalog = openCatalog({ cache: join(home, 'cache'), data: join(home, 'data') }, datasetIdOf(root), root);
  await runIndex(catalog, quiet);
  const select = catalog.db.prepare<[string], number>('SELECT id FROM images WHERE path = ?').pluck();
  return { catalog, id: (path) => select.get(path)!, close: () => closeCatalog(catalog) };
}

/** Path → SHA-256, size, times and inode of every file: two results are equal if nothing was changed. */
export function fingerprint(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return Object.fromEntries(
    entries
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const { size, mtimeMs, ino } = statSync(path);
        return [
          path.slice(root.length + 1),
          `${createHash('sha256').update(readFileSync(path)).digest('hex')} ${size} ${mtimeMs} ${ino}`,
        ] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export function filesOf(root: string): string[] {
  return Object.keys(fingerprint(root));
}
