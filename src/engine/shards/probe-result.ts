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
import type { PlanChoices } from '../training/instant/plan';
import { type Round, roundChoices } from '../training/instant/rounds';
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
  const { classes, probed, marks } = await readCohort(store);
  if (probed === 'none') return null;
  const { places, labels } = (await readProbeState<RunImages>(store, 'images', 1))!;
  const { pretrained, ...result } = await (probed === 'whole' ? readWhole(store) : readBoth(store, marks.length));
  storeFinished(catalog, {
    kind: 'instant',
    key: contentKey(catalog),
    // The steps ran on several machines, and a part of them perhaps twice.
    seconds: 0,
    finishedAt: Date.now(),
    classes,
    images: places,
    labels,
    ...(pretrained && { pretrained }),
    result: { ...result, embedding: null },
  });
  judgeStoredLabels(catalog, { groups, key: '' }, task.progress);
  return labelEvidence(catalog)?.evidence ?? null;
}

type Predicted = Pick<FinishedProbe['result'], 'probabilities' | 'truth' | 'choices'> &
  Pick<FinishedProbe, 'pretrained'>;

async function readWhole(store: RunStore): Promise<Predicted> {
  const { probabilities, truth, choices, pretrained } = deserialize(
    await readWholeFile(store, WHOLE_FILE),
  ) as TaskResult<'instant-probe'>;
  return { probabilities, truth, choices, pretrained };
}

async function readBoth(store: RunStore, landmarks: number): Promise<Predicted> {
  const first = (await readProbeState<Round>(store, 'round', 1))!;
  const second = await readProbeState<Round>(store, 'round', 2);
  const rounds = second === null ? 1 : 2;
  const { choices, pretrained } = (await readProbeState<PlanChoices>(store, 'choices', 1))!;
  const [penalty] = (await readProbeState<number[]>(store, 'chosen', 1))!;
  return {
    probabilities: first.probabilities,
    truth: second === null ? first.truth : combinePredictions(first.truth, second.truth),
    choices: [...choices, ...roundChoices({ landmarks, rounds, penalty: penalty!, sharpness: first.sharpness })],
    pretrained,
  };
}
