import { describe, expect, it } from 'vitest';
import type { LabRun, Trace } from '../../../../src/contract/model/lab';
import { clearlyLearns, collapsesBeside, hasCollapsed, stillLearning } from '../../../../src/core/collapse/collapsed';
import { seededRandom } from '../../../../src/core/statistics/random';

const run = (recovered: number, verdict: LabRun['verdict'] = recovered > 0.1 ? 'learns' : 'chance'): LabRun => ({
  key: 'key',
  kind: 'user',
  title: 'title',
  seed: 1,
  recovered,
  balancedAccuracy: 0.1 + recovered * 0.6,
  accuracy: 0.1 + recovered * 0.6,
  steps: 400,
  verdict,
  effectivePredictedClasses: 4,
  balancedAccuracyInTrainingMode: null,
  trainingAccuracy: 1,
  accuracyWithLeaks: null,
  divergedAt: null,
  seconds: 1,
  traces: [],
});
const runs = (...recovered: number[]): LabRun[] => recovered.map((one) => run(one));
const losses = (...values: (number | null)[]): Trace[] =>
  values.map((loss, step) => ({ step, loss, balancedAccuracy: 0.1, predicted: [], layers: [] }));

describe('a collapse beside the sound recipe', () => {
  it('needs a recipe that learns next to nothing and a sound one that clearly learns', () => {
    expect(collapsesBeside(runs(0, 0.01), runs(0.44, 0.45, 0.48))).toBe(true);
    expect(collapsesBeside(runs(0.3, 0.31), runs(0.44, 0.45, 0.48))).toBe(false);
    expect(collapsesBeside(runs(0, 0.01), runs(0.2, 0.4, 0.1))).toBe(false);
  });

  it('is not claimed from one seed of the recipe or two of the sound one', () => {
    expect(collapsesBeside(runs(0), runs(0.44, 0.45, 0.48))).toBe(false);
    expect(collapsesBeside(runs(0, 0.01), runs(0.44, 0.45))).toBe(false);
  });

  it('is not claimed if the sound recipe is better only by the noise between seeds', () => {
    const random = seededRandom(3);
    const drawn = (): LabRun[] => Array.from({ length: 3 }, () => run(0.25 * random()));
    const claimed = Array.from({ length: 500 }, () => collapsesBeside(drawn(), drawn())).filter(Boolean);
    expect(claimed.length).toBeLessThan(10);
  });

  it('counts one class for every image as a collapse, and a few classes only if next to nothing is learned', () => {
    expect(hasCollapsed([run(0.2, 'single-class'), run(0.16, 'majority-only')])).toBe(true);
    expect(hasCollapsed([run(0.2, 'partial'), run(0.16, 'partial')])).toBe(false);
    expect(hasCollapsed([run(0.1, 'partial'), run(0.12, 'partial')])).toBe(true);
    expect(hasCollapsed([])).toBe(false);
  });

  it('sees no learning where a run of the sound recipe is no better than guessing', () => {
    expect(clearlyLearns(runs(0.5, 0.52, 0.48))).toBe(true);
    expect(clearlyLearns([...runs(0.5, 0.52), run(0.48, 'majority-only')])).toBe(false);
  });
});

describe('a net that is still learning', () => {
  it('has a loss that falls in the second half of the training', () => {
    expect(stillLearning({ traces: losses(2.3, 2.2, 2.1), divergedAt: null })).toBe(true);
    expect(stillLearning({ traces: losses(2.3, 2.3, 2.3), divergedAt: null })).toBe(false);
    expect(stillLearning({ traces: losses(2.3, 0.5, 0.5), divergedAt: null })).toBe(false);
  });

  it('is not one that diverged or was looked at too rarely', () => {
    expect(stillLearning({ traces: losses(2.3, 2.2, 2.1), divergedAt: 3 })).toBe(false);
    expect(stillLearning({ traces: losses(2.3, null, null), divergedAt: null })).toBe(false);
    expect(stillLearning({ traces: losses(2.3, 2.1), divergedAt: null })).toBe(false);
  });
});
