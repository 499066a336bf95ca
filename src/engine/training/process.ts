/** Entry of the training process: runs one task for the engine, then ends. */
import { type FromTraining, type ToTraining, toTrainingSchema } from './protocol/channel';
import { engineSide } from '../process/child';
import { explained } from './explained';
import { probeTasks, type TaskContext, type TaskName, type TaskRunner } from './protocol/tasks';

/** Each is loaded for its own task only: TensorFlow takes a second and 400 MB, and the pretrained network needs none. */
const runners: { readonly [T in TaskName]: () => Promise<TaskRunner<T>> } = {
  'training-check': async () => (await import('./runtime/training-check')).trainingCheck,
  'instant-probe': async () => (await import('./instant/instant')).instantProbe,
  'probe-range': async () => (await import('./instant/range-task')).probeRangeTask,
  'cnn-probe': async () => (await import('./cnn/probe')).cnnProbe,
  lab: async () => (await import('./lab/task')).labTask,
  embed: async () => (await import('./backbone/task')).embedTask,
  'inspect-backbone': async () => (await import('./backbone/inspect')).inspectTask,
  model: async () => (await import('./models/task')).modelTask,
};

const abort = new AbortController();
let asked = 0;

/** Requests to the engine that wait for their answers, by id. */
class Requests<Data> {
  private readonly waiting = new Map<number, (data: Data) => void>();

  ask(send: (id: number) => void): Promise<Data> {
    const id = asked++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      send(id);
    });
  }

  answer(id: number, data: Data): void {
    this.waiting.get(id)?.(data);
    this.waiting.delete(id);
  }
}

const rasters = new Requests<Uint8Array>();
const embeddings = new Requests<Float32Array>();
const contents = new Requests<Uint8Array | null>();

/** Sees each runner as taking what its own schema yields: the map's type says so, a union of its entries cannot. */
type AnyRunner = (input: unknown, context: TaskContext<TaskName>) => Promise<unknown>;

function start(task: TaskName, input: unknown): Promise<void> {
  const load = runners[task] as () => Promise<AnyRunner>;
  const context: TaskContext<TaskName> = {
    signal: abort.signal,
    progress: engine.progress,
    rasters: (indices) => rasters.ask((id) => engine.send({ type: 'need', id, indices })),
    embeddings: (indices) => embeddings.ask((id) => engine.send({ type: 'need-embeddings', id, indices })),
    content: (index) => contents.ask((id) => engine.send({ type: 'need-content', id, index })),
    checkpoint: (value) => engine.send({ type: 'checkpoint', value }),
  };
  return engine.run(async () => (await load())(probeTasks[task].input.parse(input), context), {
    signal: abort.signal,
    explain: explained,
  });
}

const engine = engineSide<ToTraining, FromTraining>(toTrainingSchema, (message) => {
  switch (message.type) {
    case 'start':
      void start(message.task, message.input);
      break;
    case 'cancel':
      abort.abort();
      break;
    case 'rasters':
      rasters.answer(message.id, message.data);
      break;
    case 'embeddings':
      embeddings.answer(message.id, message.data);
      break;
    case 'content':
      contents.answer(message.id, message.data);
      break;
  }
});
