/**
 * The step of the instant probe that fits the views of a run on its landmarks; of few images, it predicts all of them at
 * once, as one machine does.
 */
import { serialize } from 'node:v8';
import type { Task } from '../process/task';
import { INSTANT_ORDER, runInstantProbe } from '../training/host';
import { readMarkRasters } from './probe-cohort';
import { markEmbeddings } from './probe-embed';
import { probeFile, readCohort, readProbeFile, readProbeState, type RunImages, WHOLE_FILE } from './probe-files';
import { solveRange, type States } from './probe-range';
import type { RunPlan } from './run';
import type { RunStep } from './run-step';
import type { RunStore } from './run-store';

async function fittedOrPredicted(store: RunStore, run: RunPlan, task: Task): Promise<States> {
  const cohort = await readCohort(store);
  if (cohort.probed === 'none') return {};
  const images = (await readProbeState<RunImages>(store, 'images', 1))!;
  const marks = Int32Array.from(cohort.marks);
  const rasters = await readMarkRasters(store, run, images.places, marks, task);
  const embeddings = await markEmbeddings(store, run, cohort);
  const layers = run.network?.layers ?? null;
  const sources = { rasters, ...(embeddings && { embeddings }) };
  if (cohort.probed === 'in-shards') {
    const range = { from: 0, to: images.labels.length };
    const states = { images: (await readProbeFile(store, 'images', 1))! };
    return solveRange('plan', range, states, task, { plan: { marks, layers }, ...sources });
  }
  const result = await runInstantProbe(
    { ...images, ...INSTANT_ORDER, layers, source: 'pretrained' },
    { ...task, ...sources },
  );
  await store.write(WHOLE_FILE, serialize(result));
  return {};
}

export const probePlanStep: RunStep = {
  name: 'probe-plan',
  title: 'Choosing views',
  output: probeFile('plan', 1, 0),
  work: async (store, run, _, task) => {
    const { choices, plan } = await fittedOrPredicted(store, run, task);
    await store.write(probeFile('choices', 1, 0), choices ?? '');
    await store.write(probeFile('plan', 1, 0), plan ?? '');
    return {};
  },
};
