import { describe, expect, it } from 'vitest';
import { compareConfigurations } from '../../../../src/core/collapse/choices';
import { foreseen } from '../../../../src/core/collapse/foreseen';
import type { Recipe } from '../../../../src/core/collapse/interventions/index';
import { completeReading, soundBeside, soundRecipe } from '../../../../src/core/collapse/recipe';
import { blamedChoices, untrainedFaults } from '../../../../src/core/collapse/untrained';
import { recipeWarnings } from '../../../../src/core/collapse/warnings';

const setting = { images: 600, imbalanceRatio: 1, classes: 3 };
const sound = soundRecipe(setting);
const read = (part: Partial<Recipe>) =>
  completeReading(
    part,
    Object.fromEntries(Object.keys(part).map((field) => [field, { how: 'read', line: 7, text: '' }])),
    sound,
    { framework: null, notes: [] },
  );
const ahead = (part: Partial<Recipe>) => {
  const { recipe } = read(part);
  const { differences, untried } = foreseen(recipe, 1000, setting, {});
  return { differences: differences.map(({ choice }) => choice.id), untried: untried.map(({ id }) => id) };
};

describe('a recipe with a pretrained base', () => {
  it('is compared with a frozen base whose input is scaled as it expects', () => {
    expect(soundBeside(sound, { base: 'whole', baseScale: 'caffe' })).toEqual({
      ...sound,
      architecture: { ...sound.architecture, kind: 'linear', layers: 0 },
      batchNorm: false,
      normalization: 'caffe',
      base: 'frozen',
      baseScale: 'caffe',
    });
    expect(ahead({ base: 'frozen', baseScale: 'raw' })).toEqual({ differences: [], untried: [] });
  });

  it('differs by another scaling, also by one that suits a net from scratch', () => {
    expect(ahead({ base: 'frozen', baseScale: 'symmetric', normalization: 'imagenet' }).differences).toEqual([
      'normalization',
    ]);
    expect(ahead({ normalization: 'imagenet' }).differences).toEqual([]);
  });

  it('differs by the order of its channels, unlike a net from scratch', () => {
    expect(ahead({ base: 'frozen', channels: 'bgr' }).differences).toEqual(['channels']);
    expect(ahead({ channels: 'bgr' }).differences).toEqual([]);
  });

  it.each<[string, Partial<Recipe>, string]>([
    ['the training of the base with large batches', { base: 'whole', batchSize: 128 }, 'base'],
    [
      'training mode in prediction',
      { base: 'frozen', prediction: { mode: 'train', normalization: 'same' } },
      'prediction-mode',
    ],
    ['statistics of batches in the base', { base: 'frozen', baseStatistics: 'batch' }, 'base-statistics'],
    ['augmentation', { base: 'frozen', augmentation: { ...sound.augmentation, verticalFlip: true } }, 'vertical-flip'],
  ])('does not try %s, and says so', (_, part, id) => {
    expect(ahead(part)).toEqual({ differences: [], untried: [id] });
    const { recipe } = read(part);
    const user = { recipe, steps: 400, kept: {} };
    const { sound: ours, user: trained } = compareConfigurations(user, {
      recipe: soundBeside(sound, recipe),
      steps: 400,
      kept: {},
    });
    expect(trained).toEqual(ours);
  });

  it('trains the last part of the base, and says what it leaves out of the whole', () => {
    expect(ahead({ base: 'last-blocks' })).toEqual({ differences: ['base'], untried: [] });
    expect(ahead({ base: 'whole' })).toEqual({ differences: ['base'], untried: ['base'] });
    const { untried } = foreseen(read({ base: 'whole' }).recipe, 1000, setting, {});
    expect(untried).toEqual([
      {
        id: 'base',
        title: 'training of the whole base',
        reason: expect.stringContaining('the blocks before stay frozen') as string,
        partly: true,
      },
    ]);
  });

  it('is not acquitted of a fault that no experiment contains, or only in part', () => {
    const reading = read({ base: 'whole', learningRate: 1e-2 });
    const { differences, untried } = foreseen(reading.recipe, 1000, setting, {});
    const tried = differences.map(({ choice }) => choice);
    expect(tried.map(({ id }) => id)).toEqual(['learning-rate', 'base']);
    const warnings = recipeWarnings(reading, setting);
    const set = {
      choices: ['base'],
      phrase: '',
      sentence: '',
      level: { key: '', title: '', mean: 0, low: 0, high: 0, seeds: 3 },
    };
    const untrained = (confirmed: boolean, outcome: 'cause-found' | 'out-of-time' = 'cause-found'): string[] => {
      const blamed = blamedChoices({ outcome, causes: [{ ...set, confirmed }], remedies: [] });
      return untrainedFaults({ script: [], warnings }, tried, untried, blamed).map(({ rule }) => rule);
    };
    expect(untrained(false)).toEqual(['base-at-full-rate']);
    expect(untrained(true)).toEqual([]);
    // The answer names it, as likely.
    expect(untrained(false, 'out-of-time')).toEqual([]);
    const large = foreseen({ ...reading.recipe, batchSize: 128 }, 1000, setting, {});
    expect(untrainedFaults({ script: [], warnings }, tried, large.untried, [{ id: 'base' }])).toHaveLength(1);
  });
});
