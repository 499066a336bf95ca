/**
 * Speed of the index as ratios, all measured in one run: `node bench/index.ts [folder of class folders with JPEG files]
 * [--images N]`. Without a folder it draws its own files. Exits with 1 if a ratio misses its target.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { bareSharp, decodeOnly, webpThumbnail } from './bare.ts';
import { scratchFolder, startEngine, type Cost } from './engine.ts';
import { figure, median } from './figures.ts';
import { drawPictures, filesOf, linkFolder } from './pictures.ts';

/**
 * Files per slice: sharp alone and the engine alternate on the same slice, so that other load on the machine affects
 * both.
 */
const SLICE = 1500;
const SLICES = 4;
/** With fewer files the fixed cost of starting dominates. */
const ENOUGH = 10_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { images: { type: 'string', default: '20000' } },
});
const wanted = Number(values.images);
const scratch = scratchFolder('index');

async function coldIndex(files: readonly string[]): Promise<Cost> {
  const folder = scratchFolder('slice');
  const cache = scratchFolder('cache');
  linkFolder(folder.path, files);
  const engine = startEngine(cache.path);
  const { dataset } = await engine.call<{ dataset: string }>('dataset.open', { root: folder.path });
  const { index } = await engine.job('jobs.index', { dataset });
  await engine.stop();
  folder.remove();
  cache.remove();
  return index;
}

try {
  let root = positionals[0];
  if (root === undefined) {
    process.stdout.write(`drawing ${wanted} JPEG files …\n`);
    await drawPictures(scratch.path, wanted);
    root = scratch.path;
  }
  const files = filesOf(root).slice(0, wanted);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  }).trim();
  process.stdout.write(
    `${files.length} files, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, ${commit}\n`,
  );

  const ratios: number[] = [];
  const times: number[] = [];
  for (let k = 0; k < SLICES && k * SLICE < files.length; k += 1) {
    const slice = files.slice(k * SLICE, (k + 1) * SLICE);
    for (const file of slice) readFileSync(file);
    const decoded = await bareSharp(slice, decodeOnly);
    const encoded = await bareSharp(slice, webpThumbnail);
    const { seconds } = await coldIndex(slice);
    const decoding = (decoded + (await bareSharp(slice, decodeOnly))) / 2;
    const bare = (encoded + (await bareSharp(slice, webpThumbnail))) / 2;
    ratios.push(bare / seconds);
    times.push(seconds / decoding);
    const rate = (taken: number) => `${(slice.length / taken).toFixed(0)}/s`;
    process.stdout.write(
      `  slice ${k + 1}: decoding alone ${rate(decoding)}, bare sharp ${rate(bare)}, engine ${rate(seconds)}\n`,
    );
  }

  const small = await coldIndex(files.slice(0, Math.min(2000, files.length)));
  const cache = scratchFolder('whole');
  const first = startEngine(cache.path);
  const { dataset } = await first.call<{ dataset: string }>('dataset.open', { root });
  const cold = await first.job('jobs.index', { dataset });
  await first.stop();
  const second = startEngine(cache.path);
  const start = performance.now();
  await second.call('dataset.open', { root });
  const warm = await second.job('jobs.index', { dataset });
  const reopened = (performance.now() - start) / 1000;
  await second.stop();
  cache.remove();

  figure(
    'cold index / bare sharp (decode + 192-px WebP), rate',
    median(ratios).toFixed(2),
    '≥ 0.75',
    median(ratios) >= 0.75,
  );
  figure('cold index / decoding alone (to 256 px), time', median(times).toFixed(2));
  figure(
    `cold index / open and index again unchanged (${reopened.toFixed(2)} s), time`,
    (cold.index.seconds / reopened).toFixed(0),
    '≥ 50',
    files.length < ENOUGH || cold.index.seconds / reopened >= 50,
  );
  figure(`resident MB, ${Math.min(2000, files.length)} images`, small.peak.toFixed(0), '< 400', small.peak < 400);
  figure(`resident MB, ${files.length} images`, cold.peak.toFixed(0), '< 400', cold.peak < 400);
  figure(
    `resident MB of its audit process, ${files.length} images`,
    cold.helperPeak.toFixed(0),
    '< 400',
    cold.helperPeak < 400,
  );
  figure(
    'audit / cold index, time',
    ((cold.seconds - cold.index.seconds) / cold.index.seconds).toFixed(3),
    '< 0.1',
    cold.seconds - cold.index.seconds < 0.1 * cold.index.seconds,
  );
  figure('resident MB, opened again', warm.peak.toFixed(0));
} finally {
  scratch.remove();
}
