import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LabelFilter, labelFilters, labelHealth } from '../../../../src/core/labels/filters';
import { confidentJoint } from '../../../../src/core/labels/joint';
import type { ProbePredictions } from '../../../../src/core/labels/predictions';
import { confidenceWeightedEntropy, normalizedMargin, selfConfidence } from '../../../../src/core/labels/scores';

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
    readonly filters: Record<LabelFilter, number[]>;
    readonly scores: Record<'self_confidence' | 'normalized_margin' | 'confidence_weighted_entropy', number[]>;
  }[];
}

/** Made by bench/cleanlab_golden.py with cleanlab itself. */
const golden = JSON.parse(readFileSync(new URL('cleanlab.json', import.meta.url), 'utf8')) as Golden;

const flagged = (flags: Uint8Array): number[] => [...flags].flatMap((flag, i) => (flag === 1 ? [i] : []));

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

  it.each(Object.keys(labelFilters) as LabelFilter[])('chooses the same labels by %s', (name) => {
    expect(flagged(labelFilters[name](predictions, joint))).toEqual(example.filters[name]);
  });

  it('scores labels the same', () => {
    const pairs = [
      [selfConfidence(predictions), example.scores.self_confidence],
      [normalizedMargin(predictions), example.scores.normalized_margin],
      [confidenceWeightedEntropy(predictions), example.scores.confidence_weighted_entropy],
    ] as const;
    for (const [ours, theirs] of pairs) theirs.forEach((score, i) => expect(ours[i]).toBeCloseTo(score, 5));
  });
});

describe('label health', () => {
  it('is the share of labels left standing, 1 for a class without images', () => {
    const health = labelHealth(Int32Array.of(0, 0, 0, 1), Uint8Array.of(1, 0, 0, 1), 3);
    expect(health.overall).toBe(0.5);
    expect([...health.perClass].map((share) => Number(share.toFixed(3)))).toEqual([0.667, 0, 1]);
  });
});
