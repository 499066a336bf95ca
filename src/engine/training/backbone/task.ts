/**
 * Computes what the pretrained network puts out for each image. Runs in the training process, because decoding and the
 * network may need much memory.
 */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { decodeSquare, releasePixels } from '../../images/pixels';
import { UnreadableImage } from '../../images/refusals';
import { systemCode } from '../../process/failures';
import type { Step } from '../../process/task';
import type { TaskContext, TaskInput, TaskResult } from '../protocol/tasks';
import { type Encoder, openEncoder } from './encoder';

/** Pixels that the network is given at once: 8 pictures of 224 × 224. More take memory, 12 MB each, and save no time. */
const BATCH_PIXELS = 8 * 224 * 224;
type Input = TaskInput<'embed'>;
type Context = TaskContext<'embed'>;

/** Some of the images, decoded. */
interface Batch {
  /** Positions in the input. */
  readonly positions: readonly number[];
  /** positions × side × side × 3. */
  readonly rgb: Uint8Array;
}

/** Null where the file cannot be read or is not the one that was indexed. */
async function pictureOf({ images, side }: Input, position: number, { content }: Context): Promise<Uint8Array | null> {
  const { file, sha256 } = images[position]!;
  try {
    const bytes = await (file === null ? content(position) : readFile(Buffer.from(file)));
    if (bytes === null || hash('sha256', bytes, 'hex') !== sha256) return null;
    return await decodeSquare(bytes, side);
  } catch (error) {
    if (error instanceof UnreadableImage || systemCode(error) !== '') return null;
    throw error;
  }
}

async function decoded(input: Input, from: number, to: number, context: Context): Promise<Batch> {
  const { side, threads = availableParallelism() } = input;
  const area = side * side * 3;
  const all = new Uint8Array((to - from) * area);
  const read = new Set<number>();
  const waiting = Array.from({ length: to - from }, (_, i) => from + i).values();
  const lane = async (): Promise<void> => {
    for (const position of waiting) {
      const picture = await pictureOf(input, position, context);
      if (!picture) continue;
      all.set(picture, (position - from) * area);
      read.add(position);
      releasePixels(picture);
    }
  };
  // One file more than threads, which is read while the others are decoded.
  await Promise.all(Array.from({ length: threads + 1 }, lane));
  const positions = [...read].sort((a, b) => a - b);
  positions.forEach((position, i) => all.copyWithin(i * area, (position - from) * area, (position - from + 1) * area));
  return { positions, rgb: all.subarray(0, positions.length * area) };
}

/** Hands over the rows of a batch that are finite. */
async function embedBatch(encoder: Encoder, { positions, rgb }: Batch, side: number, context: Context) {
  if (positions.length === 0) return [];
  const values = await encoder.run(rgb, positions.length, side);
  releasePixels(rgb);
  const width = values.length / positions.length;
  const rowOf = (i: number): Float32Array => values.subarray(i * width, (i + 1) * width);
  const finite = [...positions.keys()].filter((i) => rowOf(i).every(Number.isFinite));
  const kept = new Float32Array(finite.length * width);
  finite.forEach((i, row) => kept.set(rowOf(i), row * width));
  const done = finite.map((i) => positions[i]!);
  context.checkpoint({ positions: Int32Array.from(done), values: kept });
  return done;
}

/**
 * Runs the network over all images, batch after batch, as far as the time allows; each batch is handed over as a
 * checkpoint when it is done.
 * @throws PlumblineError bad-model where the file cannot be loaded or has other outputs
 */
export async function embedTask(input: Input, context: Context): Promise<TaskResult<'embed'>> {
  const { side, images, seconds = Infinity } = input;
  const started = performance.now();
  const spent = (): number => (performance.now() - started) / 1000;
  const left = (done: number): Pick<Step, 'secondsLeft'> =>
    seconds === Infinity || done === 0
      ? {}
      : { secondsLeft: Math.max(0, Math.min(seconds - spent(), (spent() / done) * (total - done))) };
  const total = images.length;
  const encoder = await openEncoder(input, input.threads);
  try {
    const size = Math.max(1, Math.floor(BATCH_PIXELS / (side * side)));
    const passedOver = new Set(images.keys());
    const decodedFrom = (from: number): Promise<Batch> => decoded(input, from, Math.min(total, from + size), context);
    let next = decodedFrom(0);
    // One batch is run in any case, so that even a lab that is always late gets on.
    for (let from = 0; from < total && (from === 0 || spent() < seconds); from += size) {
      context.progress({ stage: 'embed', done: from, total, ...left(from) });
      const batch = await next;
      context.signal.throwIfAborted();
      // The decoder's threads work while the network runs on this one.
      if (from + size < total) next = decodedFrom(from + size);
      for (const position of await embedBatch(encoder, batch, side, context)) passedOver.delete(position);
    }
    context.progress({ stage: 'embed', done: total, total });
    return { passedOver: Int32Array.from(passedOver) };
  } finally {
    await encoder.dispose();
  }
}
