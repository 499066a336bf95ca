/**
 * Training rate of the CNN probe in comparison with Keras with the same layers, batch and data: `node bench/train.ts
 * --python PYTHON [--rounds N]`. PYTHON needs `tensorflow` (pip install tensorflow-cpu). The two alternate in one run,
 * because the speed of a machine drifts, and the median of the ratios counts. Exits with 1 if a ratio misses its
 * target.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import type * as Adam from '../src/engine/training/instant/adam.ts';
import type * as Net from '../src/engine/training/cnn/net.ts';
import type * as Host from '../src/engine/training/host.ts';
import type * as Tensors from '../src/engine/training/runtime/tensors.ts';
import { figure, median } from './figures.ts';

const TARGET = 0.9;
const SLICE_SECONDS = 4;
const BATCH = 64;
const CLASSES = 10;
const SHAPES = [
  { side: 32, channels: 1 },
  { side: 64, channels: 3 },
] as const;

interface Shape {
  readonly side: number;
  readonly channels: number;
}

/**
 * A process that reads a number of seconds per line and answers with the number of images trained on and the seconds
 * taken.
 */
class Trainer {
  private readonly process: ChildProcess;
  private readonly lines: AsyncIterator<string, undefined>;
  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.process = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.lines = createInterface({ input: this.process.stdout! })[Symbol.asyncIterator]();
  }
  async rate(seconds: number): Promise<number> {
    this.process.stdin!.write(`${seconds}\n`);
    const line = await this.lines.next();
    if (line.done === true) throw new Error('A trainer ended before it was asked to.');
    const [images, took] = line.value.split(' ').map(Number);
    return images! / took!;
  }
  stop(): void {
    this.process.stdin!.end();
    this.process.kill();
  }
}

/** Our side of a slice, in a process with the memory settings of the training process. */
async function serve({ side, channels }: Shape): Promise<void> {
  const { tf } = (await runnerImport<typeof Tensors>('./src/engine/training/runtime/tensors.ts')).module;
  const { cnnShape, initialWeights, slope } = (await runnerImport<typeof Net>('./src/engine/training/cnn/net.ts'))
    .module;
  const { adamStep } = (await runnerImport<typeof Adam>('./src/engine/training/instant/adam.ts')).module;
  const shape = cnnShape(side, channels, CLASSES);
  const pictures = 4096;
  const size = side * side * channels;
  const data = Float32Array.from({ length: pictures * size }, (_, i) => ((i * 7919) % 1000) / 1000 - 0.5);
  const labels = Int32Array.from({ length: pictures }, (_, i) => (i * 31) % CLASSES);
  let at = 0;
  const weights = tf.tensor1d(initialWeights(shape, () => Math.random()));
  let state = { weights, first: tf.zerosLike(weights), second: tf.zerosLike(weights), step: 0 };
  const step = (): void => {
    const x = tf.tensor4d(data.subarray(at * size, (at + BATCH) * size), [BATCH, side, side, channels]);
    const y = tf.oneHot(tf.tensor1d(labels.subarray(at, at + BATCH), 'int32'), CLASSES).toFloat();
    const { loss, logits, gradient, moments } = slope(shape, state.weights, x, tf.reshape(y, [BATCH, CLASSES]), null);
    state = adamStep(state, gradient, 1e-3);
    tf.dispose([x, y, loss, logits, gradient, moments]);
    at = (at + BATCH) % pictures;
  };
  const slice = (seconds: number): string => {
    const began = performance.now();
    let images = 0;
    while (performance.now() - began < seconds * 1000) {
      step();
      images += BATCH;
    }
    return `${images} ${(performance.now() - began) / 1000}`;
  };
  slice(1);
  for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${slice(Number(line))}\n`);
}

async function compare(shape: Shape, python: string, rounds: number): Promise<void> {
  const { cnnShape } = (await runnerImport<typeof Net>('./src/engine/training/cnn/net.ts')).module;
  const { childEnvironment } = (await runnerImport<typeof Host>('./src/engine/training/host.ts')).module;
  const { side, channels } = shape;
  const { widths } = cnnShape(side, channels, CLASSES);
  const ours = new Trainer(process.execPath, [import.meta.filename, '--serve', `${side},${channels}`], {
    ...process.env,
    ...childEnvironment,
  });
  const keras = new Trainer(python, [
    join(import.meta.dirname, 'keras_train.py'),
    String(side),
    String(channels),
    String(CLASSES),
    String(BATCH),
    widths.join(','),
  ]);
  const rates = { ours: [] as number[], keras: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    rates.keras.push(await keras.rate(SLICE_SECONDS));
    rates.ours.push(await ours.rate(SLICE_SECONDS));
  }
  ours.stop();
  keras.stop();
  const ratios = rates.ours.map((rate, i) => rate / ((rates.keras[i]! + (rates.keras[i + 1] ?? rates.keras[i]!)) / 2));
  const shown = (list: readonly number[]): string => list.map((rate) => rate.toFixed(0)).join(' ');
  const ratio = median(ratios);
  figure(
    `training, ${side}×${side}×${channels}, batch ${BATCH}: rate / Keras's`,
    ratio.toFixed(2),
    `≥ ${TARGET}`,
    ratio >= TARGET,
    `ours ${shown(rates.ours)}, Keras ${shown(rates.keras)} images/s; ratios ${ratios.map((each) => each.toFixed(2)).join(' ')}`,
  );
}

const { values } = parseArgs({
  options: {
    serve: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '6' },
  },
});
if (values.serve === undefined) {
  for (const shape of SHAPES) await compare(shape, values.python, Number(values.rounds));
} else {
  const [side, channels] = values.serve.split(',').map(Number);
  await serve({ side: side!, channels: channels! });
}
