/** Makes a large run from the measured images of a small one, where drawing and decoding pictures would take hours. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { generator } from './pictures.ts';
import type * as RunRows from '../src/engine/catalog/run-rows.ts';
import type * as FolderStore from '../src/engine/shards/folder-store.ts';
import type * as Tables from '../src/engine/shards/tables.ts';
import type * as Thumbnails from '../src/engine/shards/thumbnails.ts';
import type * as Sketch from '../src/core/duplicates/sketch.ts';

const SIDE = 64;
const RASTER_BYTES = SIDE * SIDE * 3;
/** Points of a colour field along a side. */
const POINTS = 8;
const CLASSES = 20;
/** Every so many pictures one is nearly the same as the one before. */
const COPY_EVERY = 50;

async function sources() {
  const root = join(import.meta.dirname, '..');
  // Inside of the checkout, so that packages are found.
  const scratch = {
    path: join(root, 'out', 'bench'),
    remove: () => rmSync(join(root, 'out', 'bench'), { recursive: true }),
  };
  const entries = {
    rows: 'src/engine/catalog/run-rows.ts',
    store: 'src/engine/shards/folder-store.ts',
    tables: 'src/engine/shards/tables.ts',
    thumbnails: 'src/engine/shards/thumbnails.ts',
    sketch: 'src/core/duplicates/sketch.ts',
  };
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: scratch.path,
      target: 'node24',
      minify: false,
      ssr: true,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
        output: { entryFileNames: '[name].mjs' },
      },
    },
  });
  const built = (name: string): Promise<unknown> => import(pathToFileURL(join(scratch.path, `${name}.mjs`)).href);
  const all = {
    ...((await built('rows')) as typeof RunRows),
    ...((await built('store')) as typeof FolderStore),
    ...((await built('tables')) as typeof Tables),
    ...((await built('thumbnails')) as typeof Thumbnails),
    ...((await built('sketch')) as typeof Sketch),
  };
  scratch.remove();
  return all;
}

/** Smooth colours, as large as a raster. */
function colourField(random: () => number): Uint8Array {
  const points = Float64Array.from({ length: POINTS * POINTS * 3 }, () => 255 * random());
  const out = new Uint8Array(RASTER_BYTES);
  const step = (POINTS - 1) / (SIDE - 1);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const [row, column] = [Math.min(POINTS - 2, Math.floor(y * step)), Math.min(POINTS - 2, Math.floor(x * step))];
      const [down, right] = [y * step - row, x * step - column];
      for (let channel = 0; channel < 3; channel++) {
        const at = (row * POINTS + column) * 3 + channel;
        const upper = points[at]! * (1 - right) + points[at + 3]! * right;
        const lower = points[at + POINTS * 3]! * (1 - right) + points[at + POINTS * 3 + 3]! * right;
        out[(y * SIDE + x) * 3 + channel] = upper * (1 - down) + lower * down;
      }
    }
  return out;
}

const hex = (random: () => number, bytes: number): string =>
  Array.from({ length: bytes }, () =>
    Math.floor(256 * random())
      .toString(16)
      .padStart(2, '0'),
  ).join('');

/**
 * Each picture is the mean of a measured one, drawn by lot, and of colours of its own: so the copies of a picture do not
 * become more with the number of pictures. Facts are those of the measured one, hashes are drawn. The run has everything
 * but the files that `index`, `copies` and the pretrained network read, which is left out.
 * @param base a run with one shard whose step `index` is done
 * @param run a new folder
 */
export async function multiplyRun(base: string, run: string, images: number, shardSize: number): Promise<void> {
  const { folderStore, packedThumbnails, readRunRows, runColumns, SKETCH_LENGTH, writeRunRows, writeSketch } =
    await sources();
  const planned = JSON.parse(readFileSync(join(base, 'run.json'), 'utf8')) as { images: number };
  const known = await readRunRows(folderStore(base), 'facts/00000.parquet', planned.images);
  const rasters = readFileSync(join(base, 'rasters/00000.bin'));
  const store = folderStore(run);
  const shards = Array.from({ length: Math.ceil(images / shardSize) }, (_, shard) => ({
    from: shard * shardSize,
    to: Math.min(images, (shard + 1) * shardSize),
  }));
  for (const [shard, { from, to }] of shards.entries()) {
    const name = String(shard).padStart(5, '0');
    const pictures = new Uint8Array((to - from) * RASTER_BYTES);
    const sketches = new Float32Array((to - from) * SKETCH_LENGTH);
    let drawn = 0;
    let colours: Uint8Array = new Uint8Array();
    const rows = Array.from({ length: to - from }, (_, i) => {
      const id = from + i;
      const random = generator(id + 1);
      if (i % COPY_EVERY !== COPY_EVERY - 1)
        [drawn, colours] = [Math.floor(random() * known.length), colourField(random)];
      const first = drawn * RASTER_BYTES;
      const at = i * RASTER_BYTES;
      for (let k = 0; k < RASTER_BYTES; k++) pictures[at + k] = (rasters[first + k]! + colours[k]!) >> 1;
      // A nearly equal picture.
      pictures[at + Math.floor(random() * RASTER_BYTES)]! ^= 3;
      const row = known[drawn]!;
      const raster = pictures.subarray(at, at + RASTER_BYTES);
      writeSketch(raster, Number(row['width']), Number(row['height']), sketches, i * SKETCH_LENGTH);
      const className = `class_${String(Math.floor((id * CLASSES) / images)).padStart(2, '0')}`;
      return {
        ...row,
        id,
        path: `${className}/${String(id).padStart(9, '0')}.jpg`,
        class_name: className,
        own_class: className,
        sha256: hex(random, 32),
        pixel_hash: hex(random, 32),
        p_hash: hex(random, 8),
        d_hash: hex(random, 8),
      };
    });
    await store.write(`rasters/${name}.bin`, pictures);
    await store.write(`sketches/${name}.bin`, new Uint8Array(sketches.buffer));
    await store.write(`thumbnails/${name}.bin`, packedThumbnails(rows.map(() => null)));
    await writeRunRows(store, `facts/${name}.parquet`, rows, runColumns);
  }
  await store.write('listing.json', readFileSync(join(base, 'listing.json')));
  writeFileSync(join(run, 'run.json'), JSON.stringify({ ...planned, images, shards, network: null }));
}
