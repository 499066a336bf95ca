import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareConfigurations, takeChoices } from '../../../../src/core/collapse/choices';
import {
  CHOICES,
  type ChoiceId,
  type Configuration,
  type Recipe,
} from '../../../../src/core/collapse/interventions/index';
import { completeReading, readRecipeFile, soundRecipe, updateSteps } from '../../../../src/core/collapse/recipe';
import { RULES } from '../../../../src/core/collapse/rules';
import { recipeWarnings } from '../../../../src/core/collapse/warnings';

const setting = { images: 600, imbalanceRatio: 1, classes: 4 };
const sound = soundRecipe(setting);
const configuration = (part: Partial<Recipe> = {}, steps = 400): Configuration => ({
  recipe: { ...sound, ...part },
  steps,
  kept: { 'flagged-labels': false, duplicates: false },
});
const ids = (user: Configuration, base = configuration()): ChoiceId[] =>
  compareConfigurations(user, base).differences.map((one) => one.choice.id);
const warned = (part: Partial<Recipe>, given = setting): string[] => {
  const read = { how: 'read' as const, line: 3, text: '' };
  const sources = Object.fromEntries(Object.keys(part).map((name) => [name, read]));
  return recipeWarnings(completeReading(part, sources, soundRecipe(given), { framework: null, notes: [] }), given).map(
    (one) => one.rule,
  );
};

describe('sound recipe', () => {
  it('makes at least 400 updates, and weights classes only if they are uneven', () => {
    expect(updateSteps(sound, 600)).toBeGreaterThanOrEqual(400);
    expect(sound.imbalance).toBe('none');
    expect(soundRecipe({ images: 1000, imbalanceRatio: 9 }).imbalance).toBe('class-weights');
  });

  it('breaks no static rule', () => {
    for (const images of [40, 600, 20_000])
      for (const imbalanceRatio of [1, 100]) {
        expect(warned(soundRecipe({ images, imbalanceRatio }), { ...setting, images, imbalanceRatio })).toEqual([]);
      }
  });
});

describe('recipe file', () => {
  it('accepts any part of a recipe and assumes the sound recipe for the rest', () => {
    const reading = readRecipeFile({ learningRate: 0.1, shuffle: false }, sound);
    expect(reading.recipe).toEqual({ ...sound, learningRate: 0.1, shuffle: false });
    expect(reading.sources.learningRate.how).toBe('read');
    expect(reading.sources.init.how).toBe('assumed');
  });

  it.each([
    [{ learningRate: -1 }, '“learningRate” in the recipe cannot be read'],
    [{ optimizer: { kind: 'lion', momentum: 0 } }, '“optimizer.kind” in the recipe'],
    [{ learning_rate: 1 }, 'The recipe cannot be read'],
    ['SGD', 'The recipe cannot be read'],
  ])('refuses %j and names the field', (json, sentence) => {
    expect(() => readRecipeFile(json, sound)).toThrow(sentence);
  });
});

describe('differences between two recipes', () => {
  it('are none between a recipe and itself', () => {
    expect(ids(configuration())).toEqual([]);
  });

  it('are one per choice', () => {
    expect(ids(configuration({ batchNorm: false, learningRate: 0.1 }))).toEqual(['batch-norm', 'learning-rate']);
    expect(ids(configuration({ shuffle: false, init: 'zeros', normalization: 'raw' }))).toEqual([
      'init',
      'shuffle',
      'normalization',
    ]);
    expect(ids(configuration({ augmentation: { ...sound.augmentation, verticalFlip: true, rotation: 90 } }))).toEqual([
      'vertical-flip',
      'rotation',
    ]);
  });

  it('treat two outputs that are the same function as equal', () => {
    expect(ids(configuration({ output: { activation: 'softmax', loss: 'cross-entropy' } }))).toEqual([]);
    expect(ids(configuration({ output: { activation: 'softmax', loss: 'cross-entropy-logits' } }))).toEqual(['output']);
  });

  it('do not include choices that are equally good, which become part of the sound side', () => {
    const { sound: base, differences } = compareConfigurations(
      configuration({ normalization: 'imagenet', init: 'glorot', learningRate: 1e-3, batchSize: 64 }, 5000),
      configuration(),
    );
    expect(differences).toEqual([]);
    expect(base.recipe).toMatchObject({ normalization: 'imagenet', init: 'glorot', batchSize: 32 });
    expect(base.recipe.learningRate).toBeCloseTo(1e-3, 12);
    expect(base.steps).toBe(400);
  });

  it('state a learning rate relative to the highest rate that its optimizer tolerates', () => {
    const user = configuration({ optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate: 0.1 });
    const { sound: base, differences } = compareConfigurations(user, configuration());
    expect(differences.map((one) => one.choice.id)).toEqual(['optimizer', 'learning-rate']);
    // Ten times the rate that SGD with momentum tolerates becomes ten times the rate that Adam tolerates.
    expect(takeChoices(base, user, new Set<ChoiceId>(['learning-rate'])).recipe.learningRate).toBeCloseTo(0.02, 12);
    expect(takeChoices(base, user, new Set<ChoiceId>(['optimizer'])).recipe.learningRate).toBeCloseTo(0.01, 12);
  });

  it('include imbalance only if the sound recipe weights the classes', () => {
    const uneven = configuration({ imbalance: 'class-weights' });
    expect(ids(configuration({ imbalance: 'none' }), uneven)).toEqual(['imbalance']);
    expect(ids(configuration({ imbalance: 'balanced-sampler' }), uneven)).toEqual([]);
    expect(ids(configuration({ imbalance: 'class-weights' }), configuration())).toEqual([]);
  });

  const recipe: fc.Arbitrary<Configuration> = fc
    .record({
      architecture: fc.record({
        kind: fc.constantFrom('linear' as const, 'conv' as const),
        layers: fc.integer({ min: 0, max: 20 }),
        width: fc.integer({ min: 4, max: 64 }),
      }),
      batchNorm: fc.boolean(),
      batchNormMomentum: fc.constantFrom(0.9, 0.99),
      init: fc.constantFrom('he' as const, 'zeros' as const),
      optimizer: fc.record({
        kind: fc.constantFrom('sgd' as const, 'adam' as const, 'rmsprop' as const),
        momentum: fc.constantFrom(0, 0.9),
      }),
      learningRate: fc.constantFrom(1e-6, 1e-3, 0.01, 0.1, 1),
      output: fc.record({
        activation: fc.constantFrom('none' as const, 'softmax' as const),
        loss: fc.constantFrom('cross-entropy' as const, 'cross-entropy-logits' as const),
      }),
      normalization: fc.constantFrom('standard' as const, 'raw' as const, 'unit' as const),
      shuffle: fc.boolean(),
    })
    .chain((part) =>
      fc.record({ part: fc.constant(part), steps: fc.integer({ min: 1, max: 1000 }), data: fc.boolean() }),
    )
    .map(({ part, steps, data }) => ({
      ...configuration(part, steps),
      kept: { 'flagged-labels': data, duplicates: data },
    }));

  it('join both sides: all differences make the user’s, none make the sound one, order does not matter', () => {
    fc.assert(
      fc.property(recipe, (user) => {
        const { sound: base, user: his, differences } = compareConfigurations(user, configuration());
        const all = new Set(differences.map((one) => one.choice.id));
        expect(takeChoices(base, user, new Set())).toEqual(base);
        const made = takeChoices(base, user, all);
        expect(made).toEqual(his);
        for (const one of CHOICES) if (all.has(one.id)) expect(one.say(made)).toBe(one.say(user));
        expect(compareConfigurations(his, base).differences.map((one) => one.choice.id)).toEqual([...all]);
        const half = new Set([...all].slice(0, Math.ceil(all.size / 2)));
        expect(
          compareConfigurations(takeChoices(base, his, half), base).differences.map((one) => one.choice.id),
        ).toEqual([...half]);
      }),
    );
  });

  it('have one registry entry each', () => {
    expect(new Set(CHOICES.map((one) => one.id)).size).toBe(CHOICES.length);
  });
});

describe('static rules', () => {
  it.each<[string, Partial<Recipe>]>([
    ['double-activation', { output: { activation: 'softmax', loss: 'cross-entropy-logits' } }],
    ['double-activation', { output: { activation: 'sigmoid', loss: 'binary-cross-entropy-logits' } }],
    ['missing-activation', { output: { activation: 'none', loss: 'cross-entropy' } }],
    ['sigmoid-for-classes', { output: { activation: 'sigmoid', loss: 'cross-entropy' } }],
    ['binary-loss-on-classes', { output: { activation: 'sigmoid', loss: 'binary-cross-entropy' } }],
    ['squared-error', { output: { activation: 'softmax', loss: 'mean-squared-error' } }],
    ['rate-too-high', { learningRate: 0.1 }],
    ['rate-too-high', { learningRate: 0.1, batchNorm: false, optimizer: { kind: 'sgd', momentum: 0.9 } }],
    ['rate-too-high', { learningRate: 0.5, optimizer: { kind: 'sgd', momentum: 0.9 } }],
    ['rate-too-low', { learningRate: 1e-7 }],
    ['much-weight-decay', { weightDecay: 1 }],
    ['too-few-steps', { epochs: 1 }],
    ['raw-input', { normalization: 'raw' }],
    ['unshuffled', { shuffle: false }],
    ['dropout-after-output', { dropout: { rate: 0.5, position: 'after-output' } }],
    ['much-dropout', { dropout: { rate: 0.8, position: 'before-output' } }],
    ['zero-init', { init: 'zeros' }],
    ['huge-init', { init: 'large' }],
    ['deep-without-batch-norm', { architecture: { kind: 'conv', layers: 16, width: 16 }, batchNorm: false }],
    ['saturating-activation', { activation: 'sigmoid' }],
    ['no-activation', { activation: 'none' }],
    ['linear-model', { architecture: { kind: 'linear', layers: 0, width: 1 } }],
    ['slow-moving-statistics', { batchNormMomentum: 0.99, epochs: 5 }],
    ['mirrored', { augmentation: { ...sound.augmentation, horizontalFlip: true } }],
    ['prediction-scaled-otherwise', { prediction: { normalization: 'raw', mode: 'predict' } }],
    ['prediction-in-training-mode', { prediction: { normalization: 'same', mode: 'train' } }],
  ])('%s is said of %j', (rule, part) => {
    expect(warned(part)).toContain(rule);
  });

  it.each([
    [0.01, []],
    [0.1, ['info']],
    [0.5, ['warning']],
  ])('with %d of the initial moving statistics left, batch norm is told as %j', (left, expected) => {
    const batchNormMomentum = left ** (1 / updateSteps(sound, setting.images));
    const at = { how: 'read', line: 1, text: '' } as const;
    const sources = { batchNorm: at, batchNormMomentum: at };
    const rest = { framework: null, notes: [] };
    const reading = completeReading({ batchNorm: true, batchNormMomentum }, sources, sound, rest);
    const told = recipeWarnings(reading, setting).filter(({ rule }) => rule === 'slow-moving-statistics');
    expect(told.map(({ severity }) => severity)).toEqual(expected);
  });

  it('warns if nothing compensates for imbalanced classes', () => {
    expect(warned({ imbalance: 'none' }, { ...setting, imbalanceRatio: 9 })).toEqual(['no-weights']);
  });

  it('gives no warning for a rate that its optimizer tolerates', () => {
    expect(warned({ learningRate: 0.1, optimizer: { kind: 'sgd', momentum: 0 } })).toEqual([]);
    expect(warned({ learningRate: 1e-3, optimizer: { kind: 'sgd', momentum: 0 } })).toEqual([]);
    expect(warned({ learningRate: 0.1, batchNorm: true, optimizer: { kind: 'sgd', momentum: 0.9 } })).toEqual([]);
    expect(warned({ learningRate: 0.1, optimizer: { kind: 'adam', momentum: 0.9 } })).toEqual(['rate-too-high']);
  });

  it('gives the line of the choice, errors first, and skips choices that were only assumed', () => {
    const reading = completeReading(
      { shuffle: false, normalization: 'raw', init: 'zeros' },
      {
        shuffle: { how: 'read', line: 41, text: 'shuffle=False' },
        normalization: { how: 'default', line: null, text: null },
      },
      sound,
      { framework: 'keras', notes: [] },
    );
    expect(recipeWarnings(reading, setting).map((one) => [one.rule, one.line])).toEqual([
      ['unshuffled', 41],
      ['raw-input', null],
    ]);
  });

  it('has a different id for each rule', () => {
    expect(new Set(RULES.map((one) => one.id)).size).toBe(RULES.length);
  });
});
