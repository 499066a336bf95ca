/** Runs a pretrained network over images, in processes of their own. */
import { availableParallelism } from 'node:os';
import type { Step, Task } from '../process/task';
import { runTask, type TaskOptions } from '../training/host';
import type { EncoderOrder } from '../training/protocol/embed';
import type { TaskInput } from '../training/protocol/tasks';

/** A network that can be run on a data set, the built-in one or one of the user. */
export interface EmbeddingNetwork {
  /** Names the network and everything that its values depend on, apart from the side. */
  readonly name: string;
  /** Side in pixels of the pictures that it is given. */
  readonly side: number;
  readonly encoder: EncoderOrder;
  /** What is kept of an image; the values of the encoder where this is absent. */
  readonly scaled?: (row: Float32Array) => void;
  /** Most processes that may run it at one time; each has the network in memory. Absent: one. */
  readonly processes?: number;
}

type Images = TaskInput<'embed'>['images'];
/** Gets some positions of the images and their rows, batch after batch. */
type Keep = (positions: Int32Array, values: Float32Array) => void;

interface Limits {
  /** Seconds after which no further batch is begun; absent: no limit. */
  readonly seconds?: number | undefined;
  /** Threads that the network runs on; absent: one for each core. */
  readonly threads?: number;
}

/**
 * Runs a network over images, in one process.
 * @throws PlumblineError bad-model, worker-died, out-of-memory; what `content` throws; the signal's reason on cancel
 */
export async function embedContents(
  { encoder, side, scaled }: EmbeddingNetwork,
  images: Images,
  options: Pick<TaskOptions<'embed'>, 'signal' | 'progress' | 'content'>,
  keep: Keep,
  { seconds, threads }: Limits = {},
): Promise<void> {
  await runTask(
    'embed',
    { ...encoder, side, images, ...(seconds !== undefined && { seconds }), ...(threads !== undefined && { threads }) },
    {
      ...options,
      checkpoint: ({ positions, values }) => {
        const width = values.length / Math.max(1, positions.length);
        for (let i = 0; i < positions.length; i++) scaled?.(values.subarray(i * width, (i + 1) * width));
        keep(positions, values);
      },
    },
  );
}

/** With fewer images than this, a further process costs more than it saves. */
const LEAST_IMAGES = 64;

/** The progress of all processes as that of one task. */
function joined(total: number, progress: Task['progress']): (part: number, step: Step) => void {
  const steps = new Map<number, Step>();
  return (part, step) => {
    steps.set(part, step);
    const all = [...steps.values()];
    const left = all.flatMap(({ secondsLeft }) => secondsLeft ?? []);
    const done = all.reduce((sum, one) => sum + one.done, 0);
    progress({ stage: step.stage, done, total, ...(left.length > 0 && { secondsLeft: Math.max(...left) }) });
  };
}

/**
 * The same in as many processes as the network allows and this machine has cores. While onnxruntime computes, its
 * process can neither start to decode nor hand over rows; another process then uses the core.
 */
export async function embedInProcesses(
  network: EmbeddingNetwork,
  images: Images,
  { signal, progress }: Task,
  keep: Keep,
  seconds?: number,
  cores = availableParallelism(),
): Promise<void> {
  const parts = Math.max(1, Math.min(network.processes ?? 1, cores, Math.floor(images.length / LEAST_IMAGES)));
  if (parts === 1) return embedContents(network, images, { signal, progress }, keep, { seconds });
  const failed = new AbortController();
  const report = joined(images.length, progress);
  const run = async (part: number): Promise<void> => {
    const positions = Int32Array.from(images.keys()).filter((position) => position % parts === part);
    const own = Array.from(positions, (position) => images[position]!);
    await embedContents(
      network,
      own,
      { signal: AbortSignal.any([signal, failed.signal]), progress: (step) => report(part, step) },
      (rows, values) =>
        keep(
          rows.map((row) => positions[row]!),
          values,
        ),
      { seconds, threads: Math.ceil(cores / parts) },
    );
  };
  const errors: unknown[] = [];
  await Promise.all(
    Array.from({ length: parts }, (_, part) =>
      run(part).catch((error: unknown) => {
        errors.push(error);
        failed.abort();
      }),
    ),
  );
  if (errors.length > 0) throw errors[0];
}
