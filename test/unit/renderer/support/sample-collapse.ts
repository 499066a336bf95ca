/** Predictions, recipes and labs for viewing the window, judged by the same code as in the engine. */
import type { Diagnosed, LabState, StoredLab } from '../../../../src/contract/model/collapse';
import type { LabChoice, LabLevel, LabResult, LabRun, Trace } from '../../../../src/contract/model/lab';
import { diagnose } from '../../../../src/core/collapse/diagnosis';
import { completeReading, soundRecipe, type RecipeReading } from '../../../../src/core/collapse/recipe';
import { noise } from './scenario';

export interface Counted {
  readonly name: string;
  readonly count: number;
}

export const SETTING = { images: 1000, imbalanceRatio: 9, classes: 2 };
export const SOUND = soundRecipe(SETTING);

export const SCRIPT = `import tensorflow as tf
from tensorflow.keras import layers, Sequential

train = tf.keras.utils.image_dataset_from_directory('train', shuffle=False)

model = Sequential([
    layers.Conv2D(32, 3, activation='relu', input_shape=(64, 64, 3)),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(2, activation='softmax'),
])
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=0.1), loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])
model.fit(train, epochs=10)
`;

/** The recipe that a reader of `SCRIPT` gives. */
export function sampleReading(): RecipeReading {
  const read = (line: number, text: string) => ({ how: 'read' as const, line, text });
  return completeReading(
    {
      learningRate: 0.1,
      shuffle: false,
      batchNorm: false,
      output: { activation: 'softmax', loss: 'cross-entropy-logits' },
      epochs: 10,
      architecture: { kind: 'conv', layers: 1, width: 32 },
      imbalance: 'none',
      schedule: 'constant',
      normalization: 'raw',
    },
    {
      learningRate: read(12, 'tf.keras.optimizers.Adam(learning_rate=0.1)'),
      shuffle: read(4, 'False'),
      epochs: read(13, 'model.fit(train, epochs=10)'),
      output: read(12, 'SparseCategoricalCrossentropy(from_logits=True)'),
      architecture: read(7, 'layers.Conv2D(32, 3)'),
      batchNorm: { how: 'default', line: null, text: 'no BatchNormalization layer in the script' },
      imbalance: { how: 'default', line: 13, text: 'no class_weight is given to fit' },
      schedule: { how: 'default', line: null, text: 'no schedule changes the learning rate' },
      normalization: { how: 'default', line: 4, text: 'nothing in the script scales the images' },
    },
    SOUND,
    {
      framework: 'keras',
      notes: [{ sentence: 'The images are read at 256 × 256 pixels; the lab trains on smaller ones.', line: 4 }],
    },
  );
}

type Head = Partial<Diagnosed['predictions']> & Pick<Diagnosed['predictions'], 'id' | 'name'>;

/** Predictions for every image of `classes`; `says` returns the predicted class of image `i` of class `k`. */
export function samplePredictions(
  classes: readonly Counted[],
  says: (k: number, i: number) => number,
  head: Head,
  sure: number | null = null,
): Diagnosed {
  const labels = classes.flatMap(({ count }, k) => Array.from({ length: count }, () => k));
  const predicted = classes.flatMap(({ count }, k) => Array.from({ length: count }, (_, i) => says(k, i)));
  const rest = (1 - (sure ?? 0)) / Math.max(1, classes.length - 1);
  const probabilities =
    sure === null
      ? null
      : Float64Array.from(predicted.flatMap((top) => classes.map((_, k) => (k === top ? sure : rest))));
  const diagnosis = diagnose({ classes: classes.map(({ name }) => name), labels, predicted, probabilities });
  const { figures, verdict } = diagnosis;
  const predictions = {
    source: 'table' as const,
    at: 1_790_000_000_000,
    stale: false,
    notes: [],
    unmatched: { count: 0, paths: [] },
    missing: { count: 0, paths: [] },
    model: null,
    images: figures.images,
    verdict: { kind: verdict.kind, sentence: verdict.sentence },
    accuracy: figures.accuracy.value,
    balancedAccuracy: figures.balancedAccuracy.value,
    ...head,
  };
  return { predictions, diagnosis, splits: [] };
}

const LAYERS = ['convolution 1', 'convolution 2', 'convolution 3', 'output'];

/** Traces of a net that learns (`strength` 1), or that dies and always predicts class 0 (`strength` 0). */
export function sampleTraces(classes: number, steps: number, strength: number, seed: number): Trace[] {
  return Array.from({ length: 11 }, (_, at) => {
    const step = at === 0 ? 1 : (at * steps) / 10;
    const gone = (at / 10) * (1 - strength);
    const predicted = Array.from(
      { length: classes },
      (_, k) => (k === 0 ? gone : 0) + ((1 - gone) * (0.7 + 0.6 * noise(seed * 31 + at * 7 + k))) / classes,
    );
    const sum = predicted.reduce((total, share) => total + share, 0);
    const fades = (layer: number) => 10 ** (-(1 - strength) * at * (0.5 + 0.1 * layer));
    return {
      step,
      loss:
        strength === 0 && at > 7
          ? null
          : Math.log(classes) * (strength === 0 ? 1 + 4 * noise(seed + at) : 0.1 + 0.9 * Math.exp(-at / 3)),
      balancedAccuracy: 1 / classes + strength * (0.9 - 1 / classes) * (1 - Math.exp(-at / 2.5)),
      predicted: predicted.map((share) => share / sum),
      layers: LAYERS.map((name, layer) => ({
        name,
        gradient: (1 + noise(at + layer)) * fades(layer),
        updateRatio: 1e-3 * fades(layer),
        dead: name === 'output' ? null : Math.min(1, 0.1 + (1 - strength) * at * 0.12),
        variation: 0.4 * fades(layer),
      })),
    };
  });
}

function run(
  key: string,
  kind: LabRun['kind'],
  title: string,
  seed: number,
  recovered: number,
  classes: number,
): LabRun {
  const chance = 1 / classes;
  const balancedAccuracy = chance + recovered * (0.9 - chance);
  return {
    key,
    kind,
    title,
    seed,
    steps: 400,
    balancedAccuracy,
    accuracy: balancedAccuracy,
    recovered,
    verdict: recovered > 0.1 ? 'learns' : kind === 'user' ? 'single-class' : 'chance',
    effectivePredictedClasses: 1 + recovered * (classes - 1),
    balancedAccuracyInTrainingMode: null,
    trainingAccuracy: balancedAccuracy,
    accuracyWithLeaks: null,
    divergedAt: recovered < 0 ? 280 : null,
    seconds: 3 + seed,
    traces: sampleTraces(classes, 400, Math.max(0, Math.min(1, recovered)), seed),
  };
}

const level = (key: string, title: string, mean: number, spread: number | null = 0.06): LabLevel => ({
  key,
  title,
  mean,
  low: spread === null ? null : mean - spread,
  high: spread === null ? null : mean + spread,
  seeds: spread === null ? 1 : 3,
});

const choice = (
  id: string,
  title: string,
  user: string,
  sound: string,
  line: number | null,
  breaks: number | null,
  repairs: number | null,
  role: LabChoice['role'],
): LabChoice => ({
  id,
  title,
  user,
  sound,
  line,
  role,
  breaks: breaks === null ? null : level(`sound + ${id}`, `the sound recipe with your ${title} (${user})`, breaks),
  repairs: repairs === null ? null : level(`user - ${id}`, `your recipe with the sound ${title}`, repairs, null),
});

/** A lab that found two choices that collapse only together. */
export function sampleResult(classes: number): LabResult {
  const runs = [
    ...[1, 2, 3].map((seed) => run('sound', 'sound', 'the sound recipe', seed, 0.95 - seed * 0.02, classes)),
    run('permuted', 'permuted-labels', 'the sound recipe on shuffled labels', 1, 0.02, classes),
    ...[1, 2, 3].map((seed) => run('user', 'user', 'your recipe', seed, seed === 3 ? -0.01 : 0, classes)),
    ...['batch norm (off)', 'learning rate (0.1 with Adam)', 'learning-rate schedule (constant)'].map((what, at) =>
      run(`sound + ${what}`, 'break', `the sound recipe with your ${what}`, 1, 0.62 + 0.14 * at, classes),
    ),
    run(
      'pair',
      'combination',
      'the sound recipe with your learning rate (0.1 with Adam) and batch norm (off)',
      1,
      0.01,
      classes,
    ),
    run('repair', 'repair', 'your recipe with batch norm', 1, 0.84, classes),
  ];
  return {
    outcome: 'cause-found',
    sentence:
      'Cause: batch norm (off) and learning rate (0.1 with Adam), together. The collapse is prevented by learning rate: 0.002 with Adam instead of 0.1 with Adam; or by batch norm: on instead of off.',
    chance: 1 / classes,
    yardstick: { balancedAccuracy: 0.9, aboveChance: true },
    sound: level('sound', 'the sound recipe', 0.91),
    user: level('user', 'your recipe', 0, 0.01),
    choices: [
      choice('batch-norm', 'batch norm', 'off', 'on', null, 0.62, 0.84, 'part-of-cause'),
      choice('learning-rate', 'learning rate', '0.1 with Adam', '0.002 with Adam', 12, 0.76, 0.9, 'part-of-cause'),
      choice('schedule', 'learning-rate schedule', 'constant', 'warm-up, then cosine', null, 0.9, 0.02, 'harmless'),
      choice('imbalance', 'class balance', 'no weights', 'class weights', 13, 0.55, 0, 'harmful'),
      choice(
        'flagged-labels',
        'labels flagged as wrong',
        'kept in training',
        'taken out of training',
        null,
        null,
        null,
        'not-tested',
      ),
    ],
    causes: [
      {
        choices: ['batch-norm', 'learning-rate'],
        phrase: 'batch norm (off) and learning rate (0.1 with Adam), together',
        sentence:
          'batch norm (off) and learning rate (0.1 with Adam), together: neither is enough alone, but with both the sound recipe recovers 1 % of what these images can give.',
        level: level('pair', 'the pair', 0.01),
        confirmed: true,
      },
    ],
    remedies: [
      {
        choices: ['learning-rate'],
        phrase: 'learning rate: 0.002 with Adam instead of 0.1 with Adam',
        sentence:
          'learning rate: 0.002 with Adam instead of 0.1 with Adam. With this corrected, your recipe recovers 90 % of what these images can give.',
        level: level('user - learning-rate', 'corrected', 0.9),
        confirmed: true,
      },
      {
        choices: ['batch-norm'],
        phrase: 'batch norm',
        sentence:
          'batch norm: on instead of off. With this corrected, your recipe recovers 84 % of what these images can give.',
        level: level('user - batch-norm', 'corrected', 0.84, null),
        confirmed: false,
      },
    ],
    alternatives: [{ title: 'a balanced sampler', level: level('sampler', 'a balanced sampler', 0.1), undoes: false }],
    controls: [
      {
        kind: 'permuted-labels',
        passed: true,
        sentence: 'With the labels shuffled the sound net is near chance (51 %), as it must be.',
      },
    ],
    notes: ['Trained on 666 and judged on 334 of your images, at 32×32 pixels.'],
    runs,
  };
}

export function sampleLab(classes: readonly Counted[]): StoredLab {
  return {
    at: 1_790_000_000_000,
    seconds: 96,
    budgetSeconds: 120,
    stale: false,
    classes: classes.map(({ name }) => name),
    reading: sampleReading(),
    warnings: [],
    resumed: 0,
    result: sampleResult(classes.length),
  };
}

/** A lab during its fifth run. */
export function sampleLabState(classes: readonly Counted[]): LabState {
  const { runs, yardstick } = sampleResult(classes.length);
  return {
    classes: classes.map(({ name }) => name),
    running: {
      job: 'cccccccc-0000',
      startedAt: 1_790_000_000_000,
      budgetSeconds: 120,
      yardstick,
      runs: runs.slice(0, 4),
      resumed: 2,
      expected: 14,
      secondsLeft: 84,
      current: { title: 'your recipe', seed: 1, traces: sampleTraces(classes.length, 400, 0, 5).slice(0, 7) },
    },
  };
}
