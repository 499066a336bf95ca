/**
 * The least that the first look at photographs costs: decodes each file and runs the backbone on it, and nothing else.
 * `node bench/embed-alone.ts FOLDER SIDE`; a process of its own for audit-times.ts, which measures it.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { installedBackbone } from '../src/engine/process/backbone.ts';

const BATCH = 8;

const [folder, size] = process.argv.slice(2);
const backbone = installedBackbone();
if (folder === undefined || size === undefined || backbone === null)
  throw new Error('usage: node bench/embed-alone.ts FOLDER SIDE, with the pretrained network installed');
const side = Number(size);
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => /\.(jpe?g|png|webp)$/i.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));
sharp.concurrency(1);
sharp.cache(false);

const session = await InferenceSession.create(backbone.path, {
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});

async function decoded(from: number): Promise<Float32Array> {
  const some = files.slice(from, from + BATCH);
  const pixels = new Float32Array(some.length * 3 * side * side);
  const queue = some.entries();
  const lane = async (): Promise<void> => {
    for (const [at, file] of queue) {
      const rgb = await sharp(file)
        .autoOrient()
        .flatten()
        .resize(side, side, { fit: 'cover' })
        .toColourspace('srgb')
        .raw()
        .toBuffer();
      const area = side * side;
      for (let i = 0; i < area; i++)
        for (let c = 0; c < 3; c++) pixels[(at * 3 + c) * area + i] = rgb[3 * i + c]! / 127.5 - 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, lane));
  return pixels;
}

let next = decoded(0);
for (let from = 0; from < files.length; from += BATCH) {
  const pixels = await next;
  if (from + BATCH < files.length) next = decoded(from + BATCH);
  const images = pixels.length / 3 / side / side;
  await session.run({ [backbone.input]: new Tensor('float32', pixels, [images, 3, side, side]) });
}
await session.release();
