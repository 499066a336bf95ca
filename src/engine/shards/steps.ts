/** The steps of a run in their order. A step can be repeated anywhere and at any time. */
import { openSource } from './addresses';
import { checkShard, recheckShard, surveyRun } from './check-rounds';
import { comparePart, findCandidates, partsOf } from './compare';
import { concludeRun } from './conclude';
import { copyFlagged } from './copies';
import { findGroups } from './groups';
import { indexShard } from './index-shard';
import { probeSteps } from './probe-steps';
import { files, type RunPlan } from './run';
import type { RunStep } from './run-step';
import type { RunStore } from './run-store';

export const runSteps: readonly RunStep[] = [
  {
    name: 'index',
    title: 'Measuring images',
    output: files.facts,
    work: (store, run, shard, task) => indexShard(store, run, openSource(run.source), shard, task),
  },
  {
    name: 'candidates',
    title: 'Searching copies',
    output: files.candidates,
    work: (store, run, _, task) => findCandidates(store, run, task),
  },
  {
    name: 'compare',
    title: 'Comparing images',
    output: files.proofs,
    tasks: partsOf,
    work: comparePart,
  },
  {
    name: 'groups',
    title: 'Grouping copies',
    output: files.groups,
    work: (store, run, _, task) => findGroups(store, run, task),
  },
  ...probeSteps,
  {
    name: 'checks',
    title: 'Checking',
    output: files.checks,
    work: checkShard,
  },
  {
    name: 'surveys',
    title: 'Checking',
    output: files.surveys,
    work: surveyRun,
  },
  {
    name: 'rechecks',
    title: 'Checking again what depends on all images',
    output: files.rechecks,
    work: recheckShard,
  },
  {
    name: 'conclude',
    title: 'Making the report',
    output: files.report,
    work: (store, run, _, task) => concludeRun(store, run, task),
  },
  {
    name: 'copies',
    title: 'Copying flagged images',
    output: files.copies,
    work: (store, run, _, task) => copyFlagged(store, run, openSource(run.source), task),
  },
];

export interface PendingStep {
  readonly step: string;
  readonly title: string;
  /** The tasks that are left; for a step of the whole run, shard 0. */
  readonly shards: readonly number[];
  /** Tasks of this step in all. */
  readonly of: number;
}

const tasksOf = ({ output, tasks }: RunStep, run: RunPlan): string[] =>
  typeof output === 'string'
    ? [output]
    : Array.from({ length: tasks?.(run) ?? run.shards.length }, (_, task) => output(task));

/** What is left of a run, in the order in which it has to be done. All that follows a step that is left is left too. */
export async function pendingSteps(store: RunStore, run: RunPlan): Promise<PendingStep[]> {
  const pending: PendingStep[] = [];
  for (const step of runSteps) {
    if (run.probe === 'none' && probeSteps.includes(step)) continue;
    const outputs = tasksOf(step, run);
    const there = new Set(pending.length > 0 ? [] : await existing(store, step));
    const shards = [...outputs.keys()].filter((shard) => !there.has(outputs[shard]!));
    if (shards.length > 0) pending.push({ step: step.name, title: step.title, shards, of: outputs.length });
  }
  return pending;
}

async function existing(store: RunStore, { output }: RunStep): Promise<string[]> {
  if (typeof output === 'string') return (await store.find(output)) === null ? [] : [output];
  const name = output(0);
  return store.list(name.slice(0, name.lastIndexOf('/')));
}
