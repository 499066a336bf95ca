/**
 * The faults that the lab must name, each on data on which it does its harm. docs/collapse-cases.md tells what came
 * out.
 */
import './environment';
import type { LabOutcome, LabResult, LabRun } from '../../../../src/contract/model/lab';
import { compareConfigurations } from '../../../../src/core/collapse/choices';
import type { ChoiceId, Recipe } from '../../../../src/core/collapse/interventions/index';
import { NO_AUGMENTATION, soundBeside, soundRecipe } from '../../../../src/core/collapse/recipe';
import { runLab } from '../../../../src/engine/training/lab/lab';
import type { LabData } from '../../../../src/engine/training/lab/data';
import * as worlds from './worlds';

export interface LabCase {
  readonly id: string;
  readonly title: string;
  readonly data: LabData;
  /** What the user does otherwise than the sound recipe. */
  readonly recipe: Partial<Recipe>;
  readonly yardstick: number;
  readonly aboveChance?: boolean;
  readonly soundSteps: number;
  /**
   * Updates of the user's training; very many by default. The lab trains a recipe whose loss is still falling longer, if
   * the user does too.
   */
  readonly userSteps?: number;
  readonly outcome: LabOutcome;
  readonly causes: readonly (readonly ChoiceId[])[];
  /**
   * As right as `causes`, where one choice alone does about half of the harm: on which side of half it falls is the
   * processor's luck.
   */
  readonly orCauses?: readonly (readonly ChoiceId[])[];
  /** What a note must say. */
  readonly note?: string;
  /** Choices whose correction alone prevents the collapse. If absent, the test expects only the causes. */
  readonly remedies?: readonly ChoiceId[];
  readonly harmless?: readonly ChoiceId[];
}

const CONSTANT = { schedule: 'constant' } as const;
const DOUBLE = { output: { activation: 'softmax', loss: 'cross-entropy-logits' } } as const;
const TEXTURES = worlds.textures(worlds.even(4, 75, 60));
const DIGITS = worlds.digits(30, 25);
const SORTED = worlds.textures(worlds.even(4, 300, 60));
const base = { soundSteps: 150, yardstick: 0.97, outcome: 'cause-found' } as const;
const onTextures = { ...base, data: TEXTURES };
const onDigits = { ...base, data: DIGITS, yardstick: 0.88 };

export const DATA_CASES: readonly LabCase[] = [
  {
    ...base,
    id: 'a1',
    title: '900:100 without weights',
    data: worlds.textures(
      [
        [900, 200],
        [100, 200],
      ],
      1.8,
    ),
    recipe: { imbalance: 'none' },
    yardstick: 0.75,
    soundSteps: 100,
    userSteps: 100,
    causes: [['imbalance']],
    remedies: ['imbalance'],
  },
  {
    ...base,
    id: 'a2',
    title: '1000:10 without weights',
    data: worlds.textures(
      [
        [1000, 200],
        [10, 200],
      ],
      0.4,
    ),
    recipe: { imbalance: 'none' },
    yardstick: 0.9,
    soundSteps: 100,
    causes: [['imbalance']],
    remedies: ['imbalance'],
  },
  {
    ...base,
    id: 'a3',
    title: '800:200 without weights',
    data: worlds.textures(
      [
        [800, 200],
        [200, 200],
      ],
      1.8,
    ),
    recipe: { imbalance: 'none' },
    yardstick: 0.76,
    soundSteps: 80,
    userSteps: 160,
    causes: [['imbalance']],
    remedies: ['imbalance'],
  },
  {
    ...onTextures,
    id: 'h',
    title: 'half of the labels wrong',
    data: worlds.mislabelled(TEXTURES, 0.5),
    recipe: CONSTANT,
    causes: [['flagged-labels']],
    remedies: ['flagged-labels'],
    harmless: ['schedule'],
  },
  {
    ...base,
    id: 'i',
    title: 'one label on everything',
    data: worlds.textures([[60, 40]]),
    recipe: { learningRate: 0.1 },
    yardstick: 1,
    aboveChance: false,
    outcome: 'one-class',
    causes: [],
  },
  {
    ...base,
    id: 'i2',
    title: 'random images with random labels',
    data: worlds.noise(worlds.even(3, 80, 80)),
    recipe: { learningRate: 0.1, normalization: 'raw' },
    yardstick: 0.34,
    aboveChance: false,
    outcome: 'no-signal',
    causes: [],
  },
  {
    ...base,
    id: 'j',
    title: 'near-identical images in all classes',
    data: worlds.nearlySame(worlds.even(3, 80, 80)),
    recipe: { learningRate: 0.1, batchNorm: false },
    yardstick: 0.33,
    aboveChance: false,
    outcome: 'no-signal',
    causes: [],
  },
  {
    ...base,
    id: 'k',
    title: 'leakage: right on the test set only by what it was trained on',
    data: worlds.leaking(worlds.noise(worlds.even(3, 80, 80)), 200),
    recipe: CONSTANT,
    yardstick: 0.34,
    aboveChance: false,
    outcome: 'no-signal',
    causes: [],
    note: 'With leaked images even a sound net seems to reach',
  },
  {
    ...base,
    id: 'l1',
    title: 'mirrored letters b, d, p, q',
    data: worlds.letters(60, 50),
    recipe: { augmentation: { ...NO_AUGMENTATION, horizontalFlip: true, shift: 0.2 } },
    causes: [['horizontal-flip']],
    remedies: ['horizontal-flip'],
    harmless: ['shift'],
  },
  {
    ...base,
    id: 'l2',
    title: 'digits 6 and 9 flipped both ways',
    data: worlds.digits(120, 80, [6, 9]),
    recipe: { augmentation: { ...NO_AUGMENTATION, horizontalFlip: true, verticalFlip: true } },
    causes: [['horizontal-flip', 'vertical-flip']],
    remedies: ['horizontal-flip', 'vertical-flip'],
  },
];

export const TRAINING_CASES: readonly LabCase[] = [
  {
    ...onDigits,
    id: 'b',
    title: 'softmax before a loss that applies its own, at a high rate',
    recipe: { ...DOUBLE, learningRate: 0.1, ...CONSTANT },
    causes: [['output', 'learning-rate', 'schedule']],
    orCauses: [['output', 'learning-rate']],
  },
  {
    ...onDigits,
    id: 'b2',
    title: 'softmax before a loss that applies its own, on 0–255 without batch norm',
    recipe: { ...DOUBLE, normalization: 'raw', batchNorm: false },
    causes: [['batch-norm', 'output', 'normalization']],
  },
  {
    ...onTextures,
    id: 'c',
    title: 'learning rate 1e-7',
    recipe: { learningRate: 1e-7, ...CONSTANT },
    causes: [['learning-rate']],
    remedies: ['learning-rate'],
    harmless: ['schedule'],
  },
  {
    ...onTextures,
    id: 'd',
    title: 'one epoch',
    recipe: CONSTANT,
    userSteps: 10,
    causes: [['steps']],
    remedies: ['steps'],
    harmless: ['schedule'],
  },
  {
    ...onDigits,
    id: 'e',
    title: 'no normalization, with SGD and without batch norm',
    recipe: { normalization: 'raw', batchNorm: false, optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate: 0.01 },
    causes: [['batch-norm', 'optimizer', 'normalization']],
  },
  {
    ...onTextures,
    id: 'e2',
    title: 'no normalization, with batch norm',
    recipe: { normalization: 'raw' },
    outcome: 'no-collapse',
    causes: [],
  },
  {
    ...onTextures,
    id: 'f',
    title: 'a linear model where edges count',
    recipe: { architecture: { kind: 'linear', layers: 0, width: 1 }, ...CONSTANT },
    causes: [['architecture']],
    remedies: ['architecture'],
    harmless: ['schedule'],
  },
];

export const NET_CASES: readonly LabCase[] = [
  {
    ...onTextures,
    id: 'g',
    title: '20 layers without batch norm',
    recipe: { architecture: { kind: 'conv', layers: 20, width: 8 }, batchNorm: false, init: 'glorot' },
    causes: [['architecture', 'batch-norm']],
    orCauses: [['architecture']],
  },
  {
    ...onDigits,
    id: 'i3',
    title: 'dropout after softmax',
    recipe: {
      output: { activation: 'softmax', loss: 'cross-entropy' },
      dropout: { rate: 0.5, position: 'after-output' },
      ...CONSTANT,
    },
    causes: [['dropout']],
    remedies: ['dropout'],
    harmless: ['schedule'],
  },
  {
    ...onTextures,
    id: 'i4',
    title: 'predicting in training mode',
    recipe: { prediction: { normalization: 'same', mode: 'train' } },
    causes: [['prediction-mode']],
    remedies: ['prediction-mode'],
  },
  {
    ...onTextures,
    id: 'm',
    title: 'weights all zero',
    recipe: { init: 'zeros', ...CONSTANT },
    causes: [['init']],
    remedies: ['init'],
    harmless: ['schedule'],
  },
  { ...onDigits, id: 'm2', title: 'huge weights', recipe: { init: 'large' }, causes: [['init']], remedies: ['init'] },
  {
    ...onDigits,
    id: 'n',
    title: 'binary cross-entropy on one-hot classes',
    recipe: { output: { activation: 'sigmoid', loss: 'binary-cross-entropy' } },
    outcome: 'no-collapse',
    causes: [],
  },
  {
    ...onTextures,
    id: 'o',
    title: 'other normalization when predicting',
    recipe: { prediction: { normalization: 'raw', mode: 'predict' }, ...CONSTANT },
    causes: [['prediction-normalization']],
    remedies: ['prediction-normalization'],
    harmless: ['schedule'],
  },
  {
    ...onTextures,
    id: 'u1',
    title: 'weights that are never updated',
    recipe: { updates: 'none' },
    causes: [['updates']],
    remedies: ['updates'],
  },
  {
    ...onTextures,
    id: 'u2',
    title: 'one output with cross-entropy over classes',
    recipe: { units: 'one' },
    causes: [['units']],
    remedies: ['units'],
  },
  {
    ...onTextures,
    id: 'u3',
    title: 'labels shuffled apart from their images',
    recipe: { paired: false, ...CONSTANT },
    causes: [['pairing']],
    remedies: ['pairing'],
    harmless: ['schedule'],
  },
  {
    ...onDigits,
    id: 'p',
    title: 'learning rate 0.3 without batch norm',
    recipe: { learningRate: 0.3, batchNorm: false },
    causes: [['batch-norm', 'learning-rate']],
    remedies: ['batch-norm', 'learning-rate'],
  },
  {
    ...onDigits,
    id: 'p2',
    title: 'learning rate 0.1, constant, without batch norm',
    recipe: { learningRate: 0.1, batchNorm: false, ...CONSTANT },
    causes: [['batch-norm', 'learning-rate', 'schedule']],
  },
  {
    ...base,
    id: 'q',
    title: 'sorted by class, not shuffled',
    data: SORTED,
    soundSteps: 100,
    recipe: { shuffle: false, ...CONSTANT },
    causes: [['shuffle']],
    remedies: ['shuffle'],
    harmless: ['schedule'],
  },
  {
    ...onTextures,
    id: 'r',
    title: 'moving statistics not warm',
    recipe: { batchNormMomentum: 0.999 },
    causes: [['batch-norm-momentum']],
    remedies: ['batch-norm-momentum'],
  },
  {
    ...onTextures,
    id: 'r2',
    title: 'moving statistics not warm, on 0–255',
    recipe: { batchNormMomentum: 0.999, normalization: 'raw' },
    causes: [['batch-norm-momentum', 'normalization']],
    orCauses: [['batch-norm-momentum']],
    note: 'not warm',
  },
];

/** Sound runs and controls by data and sound recipe: cases on the same data share them. */
const shared = new Map<string, LabRun[]>();
const names = new Map<LabData, number>();

/** Runs one case; what other cases have trained already is not trained again. */
export async function runCase(one: LabCase): Promise<LabResult> {
  const { data } = one;
  const counts = Array.from(
    { length: data.classes },
    (_, k) => data.training.filter((image) => data.labels[image] === k).length,
  );
  const setting = {
    images: data.training.length,
    imbalanceRatio: Math.max(...counts) / Math.min(...counts),
    side: data.side,
  };
  const sound = soundBeside(soundRecipe(setting), one.recipe);
  const recipe = { ...sound, ...one.recipe };
  const plain = { steps: one.soundSteps, kept: { 'flagged-labels': true, duplicates: true } };
  const base = compareConfigurations({ ...plain, recipe }, { ...plain, recipe: sound }).sound;
  if (!names.has(data)) names.set(data, names.size);
  const key = `${names.get(data) ?? ''} ${JSON.stringify(base)}`;
  const result = await runLab(
    {
      data,
      recipe,
      userSteps: one.userSteps ?? 10_000,
      yardstick: { balancedAccuracy: one.yardstick, aboveChance: one.aboveChance ?? true },
      budgetSeconds: 86_400,
      soundSteps: one.soundSteps,
      done: shared.get(key) ?? [],
    },
    { signal: new AbortController().signal },
  );
  shared.set(
    key,
    result.runs.filter((run) => ['sound', 'permuted-labels', 'blank-images'].includes(run.kind)),
  );
  return result;
}
