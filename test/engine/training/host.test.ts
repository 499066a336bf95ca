import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../src/contract/errors';
import { RASTER_SIDE } from '../../../src/core/images/raster';
import { runTask, runTrainingCheck } from '../../../src/engine/training/host';
import type { Step } from '../../../src/engine/process/task';

const quiet = { progress: (): void => undefined };

async function failure(run: Promise<unknown>): Promise<PlumblineError> {
  const error = await run.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PlumblineError)) throw error;
  return error;
}

/** True while the process exists and is not a zombie. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  await expect.poll(() => alive(pid)).toBe(false);
}

describe('the training process', () => {
  it('trains: the loss decreases, progress counts the steps, and the process ends', async () => {
    const steps: Step[] = [];
    let pid = 0;
    const result = await runTask(
      'training-check',
      { steps: 40 },
      { signal: new AbortController().signal, progress: (step) => steps.push(step) },
      (id) => (pid = id),
    );
    expect(result.lastLoss).toBeLessThan(result.firstLoss * 0.7);
    expect(steps.at(-1)).toEqual({ stage: 'train', done: 40, total: 40 });
    await gone(pid);
  });

  it('gives the same losses each time', async () => {
    const run = (): Promise<unknown> =>
      runTrainingCheck({ steps: 3 }, { signal: new AbortController().signal, ...quiet });
    expect(await run()).toEqual(await run());
  });

  it('stops when cancelled, and its process ends', async () => {
    const abort = new AbortController();
    let pid = 0;
    const run = runTask(
      'training-check',
      { steps: 10_000 },
      { signal: abort.signal, progress: () => abort.abort() },
      (id) => (pid = id),
    );
    expect((await failure(run)).code).toBe('cancelled');
    await gone(pid);
  });

  it('does not start if it was cancelled before', async () => {
    const run = runTrainingCheck({ steps: 1 }, { signal: AbortSignal.abort(), ...quiet });
    await expect(run).rejects.toThrow();
  });

  it('reports a killed process in one sentence, and the next task runs', async () => {
    let pid = 0;
    const run = runTask(
      'training-check',
      { steps: 10_000 },
      { signal: new AbortController().signal, progress: () => process.kill(pid, 'SIGKILL') },
      (id) => (pid = id),
    );
    const error = await failure(run);
    expect(error.code).toBe('worker-died');
    expect(error.message).toContain('stopped by SIGKILL');
    const again = await runTrainingCheck({ steps: 1 }, { signal: new AbortController().signal, ...quiet });
    expect(Number.isFinite(again.lastLoss)).toBe(true);
  });

  it.skipIf(spawnSync('prlimit', ['--version']).status !== 0)(
    'says when memory ran out, and the next task runs',
    async () => {
      // The task asks for a sample of rasters, and then allocates one buffer for all images. It waits for the sample
      // while the limit is set, and the buffer is larger than all that the process may ever hold.
      const images = 1_500_000;
      const buffer = images * 32 * 32 * 3;
      const room = 384 * 2 ** 20;
      let pid = 0;
      let limit = 0;
      const rasters = (indices: Int32Array): Uint8Array => {
        const held = Number(/VmData:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
        limit = held + room;
        execFileSync('prlimit', ['--pid', String(pid), `--data=${limit}`]);
        return Uint8Array.from({ length: indices.length * RASTER_SIDE ** 2 * 3 }, (_, i) => (i * 7) % 256);
      };
      const sizes = new Int32Array(images).fill(32);
      const input = {
        widths: sizes,
        heights: sizes,
        labels: Int32Array.from({ length: images }, (_, i) => i % 4),
        classes: 4,
        groups: null,
        seed: 1,
        folds: Int32Array.from({ length: images }, (_, i) => i % 2),
        epochs: 1,
        done: { mirrors: null, folds: [], current: null },
      };
      const error = await failure(
        runTask('cnn-probe', input, { signal: new AbortController().signal, ...quiet, rasters }, (id) => (pid = id)),
      );
      expect(limit).toBeGreaterThan(0);
      expect(limit).toBeLessThan(buffer);
      expect(error.code).toBe('out-of-memory');
      expect(error.message).toContain('memory');
      const again = await runTrainingCheck({ steps: 1 }, { signal: new AbortController().signal, ...quiet });
      expect(Number.isFinite(again.lastLoss)).toBe(true);
    },
  );

  it('refuses an input that does not fit the task', async () => {
    const run = runTrainingCheck({ steps: 0 }, { signal: new AbortController().signal, ...quiet });
    await expect(run).rejects.toThrow();
  });
});
