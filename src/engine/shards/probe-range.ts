/** Runs one step of the instant probe over a range of the images in the training process. */
import type { Task } from '../process/task';
import { runTask, type TaskOptions } from '../training/host';
import type { ProbeState, RangeStep } from '../training/protocol/probe-range';

export type States = Partial<Record<ProbeState, Uint8Array>>;

export async function solveRange(
  step: RangeStep,
  range: { readonly from: number; readonly to: number },
  states: States,
  { signal, progress }: Task,
  { others = [], rasters }: { others?: Uint8Array[]; rasters?: TaskOptions<'probe-range'>['rasters'] } = {},
): Promise<States> {
  const { from, to } = range;
  return runTask('probe-range', { step, from, to, states, others }, { signal, progress, ...(rasters && { rasters }) });
}
