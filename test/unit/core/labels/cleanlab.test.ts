import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confidentJoint } from '../../../../src/core/labels/joint';
import type { ProbePredictions } from '../../../../src/core/labels/predictions';

interface Golden {
  readonly cleanlab: string;
  readonly cases: readonly {
    readonly name: string;
    readonly classes: number;
    readonly labels: number[];
    readonly probabilities: number[];
    readonly thresholds: number[];
    readonly counts: number[];
    readonly calibrated: number[];
  }[];
}

/** Made by bench/cleanlab_golden.py with cleanlab itself. */
const golden = JSON.parse(readFileSync(new URL('cleanlab.json', import.meta.url), 'utf8')) as Golden;

describe.each(golden.cases)(`as cleanlab ${golden.cleanlab} does, on $name`, (example) => {
  const predictions: ProbePredictions = {
    probabilities: Float32Array.from(example.probabilities),
    labels: Int32Array.from(example.labels),
    classes: example.classes,
  };
  const joint = confidentJoint(predictions);

  it('has the same thresholds', () => {
    example.thresholds.forEach((threshold, k) => expect(joint.thresholds[k]).toBeCloseTo(threshold, 6));
  });

  it('counts the same confident joint', () => {
    expect([...joint.counts]).toEqual(example.counts);
  });

  it('calibrates it to the same whole numbers', () => {
    expect([...joint.calibrated]).toEqual(example.calibrated);
  });
});
