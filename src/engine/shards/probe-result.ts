/** What the probe of a run predicted, for the checks and the report. */
import { combinePredictions } from '../../core/labels/combination';
import type { Group, LabelEvidence } from '../../core/checks/check';
import type { Catalog } from '../catalog/catalog';
import { contentKey } from '../catalog/labels';
import { labelEvidence } from '../catalog/label-queries';
import type { Task } from '../process/task';
import { judgeStoredLabels } from '../stages/label-judgement';
import { storeFinished } from '../stages/probe-run';
import type { Round } from '../training/instant/rounds';
import { readCohort, readProbeState } from './probe-files';
import type { RunImages } from './probe-steps';
import type { RunPlan } from './run';
import type { RunStore } from './run-store';

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
  const first = await readProbeState<Round>(store, 'round', 1);
  if (first === null) return null;
  const second = await readProbeState<Round>(store, 'round', 2);
  const { classes } = await readCohort(store);
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
    result: {
      probabilities: first.probabilities,
      truth: second === null ? first.truth : combinePredictions(first.truth, second.truth),
      embedding: null,
      choices: [{ name: 'rounds', value: second === null ? '1' : '2' }],
    },
  });
  judgeStoredLabels(catalog, { groups, key: '' }, task.progress);
  return labelEvidence(catalog)?.evidence ?? null;
}
