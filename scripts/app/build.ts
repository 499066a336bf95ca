import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupFailure } from '../setup/failure.ts';
import { root } from '../setup/places.ts';
import { passThrough } from './pass-through.ts';

/** The sources of the build. If one of them changes, the built files are stale. */
const sources = [
  'src',
  'package.json',
  'package-lock.json',
  'electron.vite.config.ts',
  'vite.engine.config.ts',
  'svelte.config.js',
  'tsconfig.base.json',
];

/** One file from each part of the build. */
const products = [
  'main/index.cjs',
  'preload/index.cjs',
  'renderer/index.html',
  'engine/main.js',
  'engine/probe.js',
  'cli/plumbline.js',
];

/** Builds if a source is newer than the built files, or if a built file is missing. */
export async function buildIfStale(): Promise<void> {
  const [newest, oldest] = await Promise.all([
    newestOf(sources.map((name) => join(root, name))),
    oldestOf(products.map((name) => join(root, 'out', name))),
  ]);
  if (newest <= oldest) return;
  process.stdout.write('Building …\n');
  if ((await passThrough('npm', ['run', '--silent', 'build'], { quiet: true })) !== 0) {
    throw new SetupFailure('The build failed; its output is above', 'npm run build');
  }
}

/**
 * Latest modification time at or below these paths. Folders count too, because deleting a file changes only its folder.
 */
export async function newestOf(paths: readonly string[]): Promise<number> {
  const times = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) return 0;
      if (!found.isDirectory()) return found.mtimeMs;
      return Math.max(found.mtimeMs, await newestOf((await readdir(path)).map((name) => join(path, name))));
    }),
  );
  return Math.max(0, ...times);
}

/** Modification time of the oldest of these files; −Infinity if one is missing. */
export async function oldestOf(paths: readonly string[]): Promise<number> {
  return Math.min(
    ...(await Promise.all(
      paths.map((path) =>
        stat(path).then(
          (found) => found.mtimeMs,
          () => -Infinity,
        ),
      ),
    )),
  );
}
