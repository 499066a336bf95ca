/** Runs one step of the instant probe over a range of the images in the training process. */
import type { Task } from '../process/task';
import { runTask, type TaskOptions } from '../training/host';
import type { ProbeState, RangeStep } from '../training/protocol/probe-range';
import type { TaskInput } from '../training/protocol/tasks';

export type States = Partial<Record<ProbeState, Uint8Array>>;

type Given = Partial<Pick<TaskInput<'probe-range'>, 'others' | 'plan'>> &
  Pick<TaskOptions<'probe-range'>, 'rasters' | 'embeddings'>;

export async function solveRange(
  step: RangeStep,
  range: { readonly from: number; readonly to: number },
  states: States,
  { signal, progress }: Task,
  { others = [], plan, rasters, embeddings }: Given = {},
): Promise<States> {
  const { from, to } = range;
  return runTask(
    'probe-range',
    { step, from, to, states, others, ...(plan && { plan }) },
    { signal, progress, ...(rasters && { rasters }), ...(embeddings && { embeddings }) },
  );
}
