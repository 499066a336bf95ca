import { describe, expect, it } from 'vitest';
import { untriedFaults } from '../../../../src/core/collapse/foreseen';
import { readRecipeFile, soundRecipe } from '../../../../src/core/collapse/recipe';
import { labSelection, prepareLab, recipeSetting, type LabCohort } from '../../../../src/engine/training/lab/request';

const labels = Array.from({ length: 400 }, (_, i) => (i % 10 === 0 ? 1 : 0));
const cohort: LabCohort = {
  labels,
  classes: 2,
  splits: labels.map((_, i) => (i < 300 ? 'train' : 'test')),
  groups: labels.map((_, i) => (i === 7 || i === 307 ? 3 : -1)),
  flagged: (image) => image === 5,
  widths: Int32Array.from(labels, (_, i) => i + 1),
  heights: Int32Array.from(labels, () => 9),
};
const sound = soundRecipe(recipeSetting(cohort));

describe('preparing a lab', () => {
  it('counts the updates and the imbalance on the whole training part, not on the lab’s share of it', () => {
    expect(recipeSetting(cohort)).toEqual({ images: 300, classes: 2, imbalanceRatio: 9 });
    expect(sound.imbalance).toBe('class-weights');
    const { input } = prepareLab(cohort, readRecipeFile({ epochs: 3, batchSize: 50 }, sound), 60);
    expect(input.userSteps).toBe(18);
  });

  it('renumbers images by their place in the lab', () => {
    const reading = readRecipeFile({ imbalance: 'none', learningRate: 0.1 }, sound);
    const { input, images, warnings } = prepareLab(cohort, reading, 60);
    expect([...images].toSorted((a, b) => a - b).every((image, i, all) => i === 0 || image > all[i - 1]!)).toBe(true);
    for (const part of [input.training, input.validation, input.leaked, input.faulty['flagged-labels']!]) {
      for (const at of part) expect(input.widths[at]).toBe(images[at]! + 1);
    }
    expect([...input.faulty['flagged-labels']!].map((at) => images[at])).toEqual([5]);
    expect([...input.leaked].map((at) => images[at])).toEqual([307]);
    expect(input.labels.length).toBe(images.length);
    expect(warnings.map((one) => one.rule)).toEqual(['rate-too-high', 'no-weights']);
  });

  it('takes the same images again, so that a cut-off lab can go on', () => {
    const reading = readRecipeFile({}, sound);
    expect(prepareLab(cohort, reading, 60).images).toEqual(prepareLab(cohort, reading, 600).images);
  });

  it('takes the same images as are asked for faults beforehand, and names those that only the rest has', () => {
    const { training, faulty } = labSelection(cohort);
    const { images, input } = prepareLab(cohort, readRecipeFile({}, sound), 60);
    expect([...input.training].map((at) => images[at])).toEqual(training);
    expect(
      untriedFaults(
        { 'flagged-labels': true, duplicates: true },
        { 'flagged-labels': true, duplicates: faulty['duplicates']!.length > 0 },
        training.length,
      ),
    ).toEqual([{ id: 'duplicates', title: 'duplicates', reason: 'none among the 300 images that the lab trains on' }]);
  });
});
