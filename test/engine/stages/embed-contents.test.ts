import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Step } from '../../../src/engine/process/task';
import { embedInProcesses, type EmbeddingNetwork } from '../../../src/engine/stages/embed-contents';
import { builtIn } from '../../../src/engine/stages/embed-run';
import type { TaskInput } from '../../../src/engine/training/protocol/tasks';
import { picture, scratch } from '../support/indexed';
import { ENCODER_OUTPUTS, writeEncoder } from '../support/model-files';

const IMAGES = 200;
const GONE = 101;
const WIDTH = 6;

let box: ReturnType<typeof scratch>;
let network: EmbeddingNetwork;
let images: TaskInput<'embed'>['images'];
beforeEach(async () => {
  box = scratch();
  const path = join(box.folder, 'network.onnx');
  writeEncoder(path);
  network = builtIn({ path, key: 'test-1', input: 'images', outputs: ENCODER_OUTPUTS }, 160);
  const files = Array.from({ length: IMAGES }, async (_, i) => {
    const bytes = await picture(i);
    const file = join(box.folder, `${i}.png`);
    if (i !== GONE) writeFileSync(file, bytes);
    return { file: Buffer.from(file), sha256: hash('sha256', bytes, 'hex') };
  });
  images = await Promise.all(files);
});
afterEach(() => box.remove());

/** Runs the network in as many processes as `cores`. */
async function run(cores: number, signal = new AbortController().signal) {
  const rows = new Map<number, number[]>();
  const steps: Step[] = [];
  const keep = (positions: Int32Array, values: Float32Array): void =>
    positions.forEach((position, i) => {
      expect(rows.has(position)).toBe(false);
      rows.set(position, [...values.subarray(i * WIDTH, (i + 1) * WIDTH)]);
    });
  const task = { signal, progress: (step: Step) => void steps.push(step) };
  await embedInProcesses(network, images, task, keep, undefined, cores);
  return { rows, steps };
}

it('gives the same rows in several processes as in one, and one progress', async () => {
  const [one, three] = [await run(1), await run(3)];
  expect(one.rows.size).toBe(IMAGES - 1);
  expect(three.rows.has(GONE)).toBe(false);
  expect(new Map([...three.rows].sort(([a], [b]) => a - b))).toEqual(one.rows);
  for (const { steps } of [one, three]) {
    const done = steps.map((step) => step.done);
    expect(steps.every((step) => step.stage === 'embed' && step.total === IMAGES)).toBe(true);
    expect([done[0], done.at(-1)]).toEqual([0, IMAGES]);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  }
});

it('stops all processes when it is cancelled, or when one fails', async () => {
  const abort = new AbortController();
  const cut = run(2, abort.signal);
  abort.abort();
  await expect(cut).rejects.toMatchObject({ code: 'cancelled' });
  writeFileSync(network.encoder.path, 'no model');
  await expect(run(2)).rejects.toMatchObject({ code: 'bad-model' });
});
