/**
 * Runs the CNN probe over a data set. Its state is stored after each epoch, so that an interrupted training continues
 * from there.
 */
import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { probeFolds } from '../../core/labels/folds';
import { seededRandom } from '../../core/statistics/random';
import type { Catalog } from '../catalog/catalog';
import { beginTraining, storeCheckpoint, storedCheckpoints, trainedOnKey } from '../catalog/labels';
import { cnnCheckpointSchema, type CnnCheckpoint, type CnnProgress } from '../training/protocol/cnn';
import { runCnnProbe } from '../training/host';
import type { TaskResult } from '../training/protocol/tasks';
import type { Task } from '../process/task';
import { type Cohort, rasterReader } from './cohort';

/** Increase it when training on the same images changes: older checkpoints cannot be continued then. */
const VERSION = 1;
/** Part numbers of checkpoints. The checkpoint of a finished fold has the number of the fold. */
const MIRRORS = -2;
const CURRENT = -1;

const keptSchema = z.object({ seconds: z.number(), checkpoint: cnnCheckpointSchema });

interface Kept {
  readonly progress: CnnProgress;
  /** Training time so far. */
  readonly seconds: number;
}

function keptOf(catalog: Catalog, key: string): Kept {
  const all = storedCheckpoints(catalog, 'cnn', key).map((body) => keptSchema.parse(deserialize(body)));
  const checkpoints = all.map((kept) => kept.checkpoint);
  const current = checkpoints.find((checkpoint) => checkpoint.type === 'epoch');
  return {
    progress: {
      mirrors: checkpoints.find((checkpoint) => checkpoint.type === 'mirrors')?.mirrors ?? null,
      folds: checkpoints.flatMap((checkpoint) => (checkpoint.type === 'fold' ? [checkpoint.result] : [])),
      current: current ? { fold: current.fold, state: current.state } : null,
    },
    seconds: Math.max(0, ...all.map((kept) => kept.seconds)),
  };
}

function partOf(checkpoint: CnnCheckpoint): number {
  switch (checkpoint.type) {
    case 'mirrors':
      return MIRRORS;
    case 'epoch':
      return CURRENT;
    case 'fold':
      return checkpoint.result.fold;
  }
}

/** Digest of everything that the training depends on: rasters, labels, folds and the version of the code. */
function trainingKey(catalog: Catalog, folds: Int32Array): string {
  return createHash('sha256')
    .update(`${VERSION} ${trainedOnKey(catalog)} `)
    .update(folds)
    .digest('hex')
    .slice(0, 32);
}

/**
 * Trains the CNN probe, or continues an interrupted training.
 * @returns the result of the task, and the total training time in seconds
 * @throws PlumblineError as `runTask`
 */
export async function trainCnn(
  catalog: Catalog,
  cohort: Cohort,
  seed: number,
  task: Task,
  learned: () => void,
): Promise<{ result: TaskResult<'cnn-probe'>; seconds: number }> {
  const { widths, heights, labels, groups, images } = cohort;
  const folds = probeFolds(labels, groups, seededRandom(seed));
  const key = trainingKey(catalog, folds);
  beginTraining(catalog, 'cnn', key);
  const kept = keptOf(catalog, key);
  const started = performance.now();
  const seconds = (): number => kept.seconds + (performance.now() - started) / 1000;
  const result = await runCnnProbe(
    { widths, heights, labels, groups, classes: cohort.classes.length, seed, folds, epochs: null, done: kept.progress },
    {
      ...task,
      rasters: rasterReader(catalog, images),
      checkpoint: (checkpoint) => {
        const body = serialize({ seconds: seconds(), checkpoint } satisfies z.infer<typeof keptSchema>);
        storeCheckpoint(
          catalog,
          { kind: 'cnn', part: partOf(checkpoint), key, body },
          checkpoint.type === 'epoch' ? checkpoint.point : null,
          checkpoint.type === 'epoch' ? null : CURRENT,
        );
        if (checkpoint.type === 'epoch' && checkpoint.point !== null) learned();
      },
    },
  );
  return { result, seconds: seconds() };
}
