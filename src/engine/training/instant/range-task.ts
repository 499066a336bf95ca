/** The task of the training process that does one step of the instant probe over ranges of images. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import type { ProbeState } from '../protocol/probe-range';
import type { TaskRunner } from '../protocol/tasks';
import type { PlanState, Stepper } from './plan';
import { solveBasis } from './ridge';
import type { Doubts } from './rounds';
import { memoryRows } from './rows';
import { planProbe, type ProbeImages, ProbeShard, type SharedRows } from './shards';
import type { RidgeBasis, RidgeFit, RowSums } from './sums';

/** No time limit: views are chosen once, and computed by many processes. */
const SECONDS = Infinity;
const SEED = 1;

const floats = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export const probeRangeTask: TaskRunner<'probe-range'> = async ({ step, from, to, states, others, plan }, context) => {
  const read = (name: ProbeState): unknown => deserialize(states[name]!);
  const report: Stepper = async (stage, done, total) => {
    context.progress({ stage, done, total });
    await nextTurn();
    context.signal.throwIfAborted();
  };
  const shard = (): ProbeShard => new ProbeShard(read('images') as ProbeImages, from, to);
  const storeOf = (name: 'features' | 'rows') => {
    const values = floats(states[name]!);
    return memoryRows(values, values.length / (to - from));
  };
  const doubts = (): Doubts | null => (states.doubts ? (read('doubts') as Doubts) : null);
  const shared = (): SharedRows[] => others.map((bytes) => deserialize(bytes) as SharedRows);
  switch (step) {
    case 'plan': {
      const images = read('images') as ProbeImages;
      const { layers, marks } = plan!;
      const input = { ...images, seed: SEED, seconds: SECONDS, layers, source: 'pretrained' as const };
      const { state, choices } = await planProbe(input, context, report, marks);
      return { plan: serialize(state), choices: serialize(choices) };
    }
    case 'features': {
      const fitted = read('plan') as PlanState;
      const { landmarks } = fitted.nystrom;
      const values = new Float32Array((to - from) * landmarks);
      const sums = await shard().kernel(fitted, context, memoryRows(values, landmarks), report);
      return { features: bytesOf(values), sums: serialize(sums) };
    }
    case 'solve':
      return { basis: serialize(solveBasis(read('sums') as RowSums, (read('plan') as PlanState).nystrom)) };
    case 'rotate': {
      const one = shard();
      const store = storeOf('features');
      one.rotate(read('basis') as RidgeBasis, store, store);
      return {
        rows: bytesOf(store.read(0, store.count)),
        shared: serialize(one.shared(store)),
        targets: serialize(one.targetSums(store, null)),
      };
    }
    case 'targets':
      return { targets: serialize(shard().targetSums(storeOf('rows'), doubts())) };
    case 'errors':
      return { errors: serialize(shard().errors(read('fit') as RidgeFit, storeOf('rows'), doubts(), shared())) };
    case 'scores': {
      const chosen = read('chosen') as number[];
      return {
        scores: bytesOf(shard().scores(read('fit') as RidgeFit, storeOf('rows'), doubts(), shared(), chosen)),
      };
    }
  }
};
