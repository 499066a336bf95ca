/**
 * Speed of an export in comparison with `cp -r` of the same files in the same run: `node bench/export.ts [FOLDER]
 * [ROUNDS]` after `npm run build`. FOLDER contains class folders; without it, pictures are drawn.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fork } from 'node:child_process';
import { scratchFolder } from './engine.ts';
import { figure, median } from './figures.ts';
import { drawPictures } from './pictures.ts';

/** With fewer files, the report and the manifests (a third of a second) take longer than copying. */
const DRAWN = 10_000;

interface Frame {
  type: string;
  id?: number;
  ok?: boolean;
  name?: string;
  result?: unknown;
  error?: { message: string };
  payload?: { state: string; job: string; result: unknown; error: { message: string } | null };
}
interface Exported {
  images: number;
  bytes: number;
  seconds: number;
  mode: string;
}

const [folder, rounds = '3'] = process.argv.slice(2);
if (folder !== undefined && !existsSync(folder)) throw new Error(`There is no folder ${folder}.`);
const drawn = folder === undefined ? scratchFolder('export') : null;
if (drawn !== null) await drawPictures(join(drawn.path, 'pictures'), DRAWN);
const root = drawn === null ? resolve(folder!) : join(drawn.path, 'pictures');
// Hard links need one file system, so everything is beside the data.
const scratch = mkdtempSync(join(root, '..', '.plumbline-bench-'));
const child = fork(resolve('out/engine/main.js'), {
  serialization: 'advanced',
  env: { ...process.env, PLUMBLINE_CACHE_DIR: join(scratch, 'cache'), PLUMBLINE_DATA_DIR: join(scratch, 'data') },
});

let nextId = 1;
function call(name: string, params: object): Promise<Record<string, unknown>> {
  const id = nextId++;
  return new Promise((done, fail) => {
    const hear = (frame: Frame): void => {
      if (frame.id !== id) return;
      child.off('message', hear);
      if (frame.ok) done(frame.result as Record<string, unknown>);
      else fail(new Error(frame.error?.message));
    };
    child.on('message', hear);
    child.send({ type: 'request', id, name, params });
  });
}
function run(name: string, params: object): Promise<unknown> {
  return new Promise((done, fail) => {
    const hear = ({ name: event, payload }: Frame): void => {
      if (event !== 'job' || payload === undefined || payload.state === 'running') return;
      child.off('message', hear);
      if (payload.state === 'done') done(payload.result);
      else fail(new Error(payload.error?.message ?? payload.state));
    };
    child.on('message', hear);
    call(name, params).catch(fail);
  });
}
const options = (mode: string): object => ({
  split: {
    kind: 'new',
    shares: [
      { name: 'train', share: 80 },
      { name: 'val', share: 20 },
    ],
    seed: '1',
  },
  mode,
  drop: [],
  convert: false,
  huggingFace: false,
});

async function exportTo(dataset: unknown, name: string, mode: string): Promise<Exported> {
  const path = join(scratch, name);
  const { target } = await call('export.target', { dataset, path });
  const result = (await run('jobs.export', { dataset, target, options: options(mode) })) as Exported;
  rmSync(path, { recursive: true });
  return result;
}
function copyPlain(): number {
  const to = join(scratch, 'plain');
  const start = performance.now();
  spawnSync('cp', ['-r', root, to]);
  const seconds = (performance.now() - start) / 1000;
  rmSync(to, { recursive: true });
  return seconds;
}

try {
  mkdirSync(scratch, { recursive: true });
  const { dataset } = await call('dataset.open', { root });
  await run('jobs.index', { dataset });
  copyPlain();
  const ratios: number[] = [];
  const links: number[] = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const plain = copyPlain();
    const copied = await exportTo(dataset, 'copied', 'copy');
    const linked = await exportTo(dataset, 'linked', 'hardlink');
    ratios.push(plain / copied.seconds);
    links.push((linked.seconds * 10_000) / linked.images);
    console.log(
      `${copied.images} images, ${(copied.bytes / 1e6).toFixed(0)} MB: cp -r ${plain.toFixed(2)} s, copy ${copied.seconds.toFixed(2)} s, hard links ${linked.seconds.toFixed(2)} s`,
    );
  }
  figure('export by copy / cp -r, rate', median(ratios).toFixed(2), '≥ 0.7', median(ratios) >= 0.7);
  figure('export of 10,000 images by hard link, seconds', median(links).toFixed(2), '≤ 3', median(links) <= 3);
} finally {
  child.kill();
  rmSync(scratch, { recursive: true, force: true });
  drawn?.remove();
}
