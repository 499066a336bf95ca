import type { Stage } from '../../../../src/contract/model/job';
import { describe, expect, it } from 'vitest';
import type { LabRun } from '../../../../src/contract/model/lab';
import { soundRecipe } from '../../../../src/core/collapse/recipe';
import { runTask } from '../../../../src/engine/training/host';
import type { LabCheckpoint, LabInput } from '../../../../src/engine/training/protocol/lab';
import { yardstickOf } from '../../../../src/core/collapse/yardstick';
import { even, textures } from './worlds';

const SIDE = 32;
const data = textures(even(2, 60, 50), 0.4, SIDE);

/** The 64×64 rasters that the index would hold. */
function rasters(indices: Int32Array): Uint8Array {
  const out = new Uint8Array(indices.length * 64 * 64 * 3);
  indices.forEach((image, row) => {
    for (let i = 0; i < 64 * 64; i++) {
      const value = data.pixels[image * SIDE * SIDE + (i >> 7) * SIDE + ((i & 63) >> 1)]!;
      out.fill(value, (row * 64 * 64 + i) * 3, (row * 64 * 64 + i) * 3 + 3);
    }
  });
  return out;
}

const all = (value: number): Int32Array => new Int32Array(data.labels.length).fill(value);
const input: LabInput = {
  widths: all(64),
  heights: all(64),
  labels: Int32Array.from(data.labels),
  classes: 2,
  groups: all(-1),
  training: Int32Array.from(data.training),
  validation: Int32Array.from(data.validation),
  leaked: new Int32Array(0),
  faulty: {},
  recipe: { ...soundRecipe({ images: 120, imbalanceRatio: 1 }), init: 'zeros' },
  userSteps: 1000,
  budgetSeconds: 86_400,
  base: null,
  soundSteps: 60,
  lines: { init: 7 },
  suspects: [],
  yardstick: null,
  done: [],
};

function record() {
  const said: LabCheckpoint[] = [];
  return {
    said,
    runs: (): LabRun[] => said.flatMap((one) => (one.type === 'run' ? [one.run] : [])),
    starts: (): number => said.filter((one) => one.type === 'start').length,
  };
}

describe('the lab in its own process', () => {
  it('measures the yardstick, tells every run as it goes, can be cut off, and goes on from where it was', async () => {
    const first = record();
    const abort = new AbortController();
    const cut = runTask('lab', input, {
      signal: abort.signal,
      progress: () => undefined,
      rasters,
      checkpoint: (value) => {
        first.said.push(value);
        if (first.runs().length === 3) abort.abort();
      },
    });
    await expect(cut).rejects.toMatchObject({ code: 'cancelled' });
    const [told] = first.said;
    expect(told).toMatchObject({ type: 'yardstick', yardstick: { aboveChance: true } });
    expect(first.said.some((one) => one.type === 'trace' && one.trace.layers.length > 0)).toBe(true);

    const second = record();
    const stages = new Set<Stage>();
    const result = await runTask(
      'lab',
      { ...input, done: first.runs(), yardstick: told?.type === 'yardstick' ? told.yardstick : null },
      {
        signal: new AbortController().signal,
        progress: ({ stage }) => stages.add(stage),
        rasters,
        checkpoint: (value) => second.said.push(value),
      },
    );
    expect(result.outcome).toBe('cause-found');
    expect(result.causes.map((cause) => cause.choices)).toEqual([['init']]);
    expect(result.choices).toEqual([expect.objectContaining({ id: 'init', role: 'cause', line: 7 })]);
    expect(second.starts()).toBe(result.runs.length - 3);
    expect(result.runs.slice(0, 3)).toEqual(first.runs());
    expect(stages).toContain('train-run');
  });
});

describe('the yardstick', () => {
  it('sees what probabilities tell through an imbalance that hides it from the largest one', () => {
    const labels = [...Array<number>(90).fill(0), ...Array<number>(10).fill(1)];
    const probabilities = labels.flatMap((label) => (label === 1 ? [0.6, 0.4] : [0.97, 0.03]));
    const judged = [...Array.from({ length: 10 }, (_, i) => i), ...Array.from({ length: 10 }, (_, i) => 90 + i)];
    expect(yardstickOf(probabilities, labels, 2, judged)).toMatchObject({
      balancedAccuracy: 1,
      atMost: 1,
      aboveChance: true,
    });
  });
});
