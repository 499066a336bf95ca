/** What the probe of a run predicted, for the checks and the report. */
import { deserialize } from 'node:v8';
import { combinePredictions } from '../../core/labels/combination';
import type { Group, LabelEvidence } from '../../core/checks/check';
import type { Catalog } from '../catalog/catalog';
import { contentKey } from '../catalog/labels';
import { labelEvidence } from '../catalog/label-queries';
import type { Task } from '../process/task';
import { judgeStoredLabels } from '../stages/label-judgement';
import { type FinishedProbe, storeFinished } from '../stages/probe-run';
import type { Round } from '../training/instant/rounds';
import type { TaskResult } from '../training/protocol/tasks';
import { readCohort, readProbeState, type RunImages, WHOLE_FILE } from './probe-files';
import type { RunPlan } from './run';
import { readWholeFile, type RunStore } from './run-store';

/**
 * Stores the predictions and judges the labels by them.
 * @returns null if the run has no probe, or nothing to tell apart
 */
export async function judgeRunLabels(
  catalog: Catalog,
  store: RunStore,
  run: RunPlan,
  groups: readonly Group[],
  task: Task,
): Promise<LabelEvidence | null> {
  if (run.probe === 'none') return null;
  const { classes, probed } = await readCohort(store);
  if (probed === 'none') return null;
  const { places, labels } = (await readProbeState<RunImages>(store, 'images', 1))!;
  storeFinished(catalog, {
    kind: 'instant',
    key: contentKey(catalog),
    // The steps ran on several machines, and a part of them perhaps twice.
    seconds: 0,
    finishedAt: Date.now(),
    classes,
    images: places,
    labels,
    result: { ...(await (probed === 'whole' ? readWhole(store) : readBoth(store))), embedding: null },
  });
  judgeStoredLabels(catalog, { groups, key: '' }, task.progress);
  return labelEvidence(catalog)?.evidence ?? null;
}

type Predicted = Pick<FinishedProbe['result'], 'probabilities' | 'truth' | 'choices'>;

async function readWhole(store: RunStore): Promise<Predicted> {
  const { probabilities, truth, choices } = deserialize(
    await readWholeFile(store, WHOLE_FILE),
  ) as TaskResult<'instant-probe'>;
  return { probabilities, truth, choices };
}

async function readBoth(store: RunStore): Promise<Predicted> {
  const first = (await readProbeState<Round>(store, 'round', 1))!;
  const second = await readProbeState<Round>(store, 'round', 2);
  return {
    probabilities: first.probabilities,
    truth: second === null ? first.truth : combinePredictions(first.truth, second.truth),
    choices: [{ name: 'rounds', value: second === null ? '1' : '2' }],
  };
}
