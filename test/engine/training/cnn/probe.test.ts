import { describe, expect, it } from 'vitest';
import type { CurvePoint } from '../../../../src/contract/model/labels';
import type { CnnCheckpoint, CnnProgress } from '../../../../src/engine/training/protocol/cnn';
import { runCnnProbe, runTask } from '../../../../src/engine/training/host';
import type { Step } from '../../../../src/engine/process/task';
import type { TaskInput, TaskResult } from '../../../../src/engine/training/protocol/tasks';
import { cnnInput, NOTHING_DONE, stripes } from './pictures';

const never = new AbortController().signal;
const LABELS = Array.from({ length: 60 }, (_, i) => i % 3);
/** For what does not depend on what is learned. */
const FEW = LABELS.slice(0, 30);
const EPOCHS = 3;

interface Watched {
  readonly result: TaskResult<'cnn-probe'>;
  readonly checkpoints: CnnCheckpoint[];
  readonly steps: Step[];
}

async function run(input: TaskInput<'cnn-probe'>, rasters = stripes(input.classes, input.labels)): Promise<Watched> {
  const checkpoints: CnnCheckpoint[] = [];
  const steps: Step[] = [];
  const result = await runCnnProbe(input, {
    signal: never,
    rasters,
    progress: (step) => steps.push(step),
    checkpoint: (value) => checkpoints.push(value),
  });
  return { result, checkpoints, steps };
}

/** The state from which a run that was stopped after some checkpoints continues. */
function progressAfter(checkpoints: readonly CnnCheckpoint[]): CnnProgress {
  return checkpoints.reduce<CnnProgress>((progress, checkpoint) => {
    switch (checkpoint.type) {
      case 'mirrors':
        return { ...progress, mirrors: checkpoint.mirrors, current: null };
      case 'epoch':
        return { ...progress, current: { fold: checkpoint.fold, state: checkpoint.state } };
      case 'fold':
        return { ...progress, folds: [...progress.folds, checkpoint.result], current: null };
    }
  }, NOTHING_DONE);
}

const pointsOf = (checkpoints: readonly CnnCheckpoint[]): CurvePoint[] =>
  checkpoints.flatMap((checkpoint) => (checkpoint.type === 'epoch' && checkpoint.point ? [checkpoint.point] : []));
const finite = (values: Float32Array): boolean => values.every(Number.isFinite);

describe('the CNN probe', () => {
  it('gives the same result bit for bit, also when it continues from any epoch or fold', async () => {
    const input = cnnInput(FEW, 3, EPOCHS);
    const whole = await run(input);
    const points = pointsOf(whole.checkpoints);
    expect(points.map(({ fold, epoch }) => [fold, epoch])).toEqual(
      [0, 1, 2, 3, 4].flatMap((fold) => [1, 2, 3].map((epoch) => [fold, epoch])),
    );
    for (const cut of [1, 3, 9, whole.checkpoints.length]) {
      const rest = await run({ ...input, done: progressAfter(whole.checkpoints.slice(0, cut)) });
      expect(rest.result).toEqual(whole.result);
      expect([...pointsOf(whole.checkpoints.slice(0, cut)), ...pointsOf(rest.checkpoints)]).toEqual(points);
    }
    const training = whole.steps.filter((step) => step.stage === 'train');
    expect(training.at(-1)?.done).toBe(training.at(-1)?.total);
    expect(training.every((step, i) => i === 0 || step.done >= training[i - 1]!.done)).toBe(true);
  });

  it('learns the classes, and places similar images near each other', async () => {
    const { probabilities, embedding, dimensions } = (await run(cnnInput(LABELS, 3, 12))).result;
    const right = LABELS.filter((label, i) =>
      [0, 1, 2].every((k) => probabilities[i * 3 + label]! >= probabilities[i * 3 + k]!),
    ).length;
    expect(right).toBeGreaterThan(54);
    const distance = (a: number, b: number): number =>
      Math.hypot(
        ...Array.from(
          { length: dimensions },
          (_, d) => embedding[a * dimensions + d]! - embedding[b * dimensions + d]!,
        ),
      );
    const nearest = LABELS.map(
      (_, i) =>
        LABELS.map((__, j) => j)
          .filter((j) => j !== i)
          .sort((a, b) => distance(i, a) - distance(i, b))[0]!,
    );
    expect(nearest.filter((j, i) => LABELS[j] === LABELS[i]).length).toBeGreaterThan(48);
  });

  it.each([
    ['two images', [0, 1], 2, null],
    ['one image of each class', [0, 1, 2, 3, 4, 5], 6, null],
    ['one rare class', [...Array<number>(60).fill(0), 1, 1], 2, null],
    ['copies of one picture', [0, 0, 1, 1], 2, [0, 0, 0, 0]],
    ['a class without images', [0, 0, 0, 2, 2, 2], 3, null],
  ])('predicts without NaN from %s', async (_, labels, classes, groups) => {
    const { probabilities, embedding, dimensions } = (await run(cnnInput(labels, classes, 2, groups))).result;
    expect(probabilities).toHaveLength(labels.length * classes);
    expect(embedding).toHaveLength(labels.length * dimensions);
    expect(finite(probabilities) && finite(embedding)).toBe(true);
    labels.forEach((__, i) =>
      expect(probabilities.subarray(i * classes, (i + 1) * classes).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 3),
    );
  });

  it('predicts without NaN from blank pictures', async () => {
    const { probabilities, embedding } = (
      await run(cnnInput([0, 0, 0, 1, 1, 1], 2, 2), (indices) => new Uint8Array(indices.length * 64 * 64 * 3))
    ).result;
    expect(finite(probabilities) && finite(embedding)).toBe(true);
  });

  it('repeats a fold at a lower rate if the loss is not finite, and names fold and epoch if that fails too', async () => {
    const input = cnnInput(FEW, 3, 2);
    const { checkpoints } = await run(input);
    const at = checkpoints.findIndex((checkpoint) => checkpoint.type === 'epoch' && checkpoint.fold === 1);
    const progress = progressAfter(checkpoints.slice(0, at + 1));
    const broken = (caution: number): CnnProgress => ({
      ...progress,
      current: {
        fold: 1,
        state: { ...progress.current!.state, weights: progress.current!.state.weights.map(() => NaN), caution },
      },
    });
    const again = await run({ ...input, done: broken(1) });
    expect(
      pointsOf(again.checkpoints)
        .slice(0, 2)
        .map(({ fold, epoch }) => [fold, epoch]),
    ).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(finite(again.result.probabilities)).toBe(true);
    await expect(run({ ...input, done: broken(0.1) })).rejects.toMatchObject({
      message: expect.stringContaining('epoch 2 of fold 2') as string,
      details: { fold: 2, epoch: 2 },
    });
  });

  it('stops after a batch when cancelled, and reports when its process is killed', async () => {
    const input = cnnInput(LABELS, 3, 200);
    const rasters = stripes(3, LABELS);
    const abort = new AbortController();
    const cancelled = runCnnProbe(input, {
      signal: abort.signal,
      rasters,
      progress: (step) => step.stage === 'train' && abort.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    let pid = 0;
    const killed = runTask(
      'cnn-probe',
      input,
      { signal: never, rasters, progress: (step) => step.stage === 'train' && process.kill(pid, 'SIGKILL') },
      (id) => (pid = id),
    );
    await expect(killed).rejects.toMatchObject({ code: 'worker-died' });
  });
});
