/** The training process: runs one task for the engine, then ends. */
import { PlumblineError, toWire, type WireError } from '../../contract/errors';
import type { Stage } from '../../contract/model/job';
import { type FromProbe, toProbeSchema } from './protocol/channel';
import { saysOutOfMemory } from '../process/memory-kills';
import { endWithParent } from '../process/leash';
import type { Step } from '../process/task';
import { modelTask } from './models/task';
import { cnnProbe } from './cnn/probe';
import { instantProbe } from './instant/instant';
import { labTask } from './lab/task';
import { probeTasks, type TaskContext, type TaskName, type TaskRunner } from './protocol/tasks';
import { trainingCheck } from './runtime/training-check';

const PROGRESS_INTERVAL_MS = 100;

const runners: { readonly [T in TaskName]: TaskRunner<T> } = {
  'training-check': trainingCheck,
  'instant-probe': instantProbe,
  'cnn-probe': cnnProbe,
  lab: labTask,
  model: modelTask,
};

const abort = new AbortController();
const waiting = new Map<number, (data: Uint8Array) => void>();
let asked = 0;
let reportedAt = 0;
let reportedStage: Stage | null = null;

function send(message: FromProbe): void {
  process.send?.(message);
}

/** Ends only when the message is on its way: `process.exit` alone may drop it. */
function finish(message: FromProbe): void {
  process.send?.(message, undefined, undefined, () => process.disconnect());
}

function progress(step: Step): void {
  const now = performance.now();
  if (step.stage === reportedStage && step.done !== step.total && now - reportedAt < PROGRESS_INTERVAL_MS) return;
  reportedAt = now;
  reportedStage = step.stage;
  send({ type: 'progress', step });
}

function rasters(indices: Int32Array): Promise<Uint8Array> {
  const id = asked++;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    send({ type: 'need', id, indices });
  });
}

/** TensorFlow says by text alone that it could not allocate; nothing else in its errors is told apart. */
function failure(error: unknown): WireError {
  const text = error instanceof Error ? error.message : String(error);
  if (!(error instanceof PlumblineError) && saysOutOfMemory(text)) {
    return toWire(
      new PlumblineError(
        'out-of-memory',
        'Training ran out of memory. Close other programs or use fewer images; nothing else was harmed.',
        { cause: error },
      ),
    );
  }
  return toWire(error);
}

/** Sees each runner as taking what its own schema yields: the map's type says so, a union of its entries cannot. */
type AnyRunner = (input: unknown, context: TaskContext<TaskName>) => Promise<unknown>;

async function run(task: TaskName, input: unknown): Promise<void> {
  const runner = runners[task] as AnyRunner;
  const context: TaskContext<TaskName> = {
    signal: abort.signal,
    progress,
    rasters,
    checkpoint: (value) => send({ type: 'checkpoint', value }),
  };
  try {
    finish({ type: 'done', result: await runner(probeTasks[task].input.parse(input), context) });
  } catch (error) {
    finish(abort.signal.aborted ? { type: 'cancelled' } : { type: 'failed', error: failure(error) });
  }
}

process.on('message', (raw) => {
  const message = toProbeSchema.parse(raw);
  switch (message.type) {
    case 'start':
      void run(message.task, message.input);
      break;
    case 'cancel':
      abort.abort();
      break;
    case 'rasters':
      waiting.get(message.id)?.(message.data);
      waiting.delete(message.id);
      break;
  }
});
// Without an engine there is nobody to train for; a long operation of TensorFlow would hear of it late.
process.on('disconnect', () => process.exit());
endWithParent(process.ppid);
send({ type: 'ready' });
