/** Recipes for `bench/lab.ts`, drawn from a seed: some with one or two planted causes, some sound. */
import { seededRandom, type Random } from '../src/core/statistics/random.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Plant {
  readonly name: string;
  readonly recipe: Fields;
  /**
   * Ids of the choices that may be named first, by themselves or in a set. Several ids mean that any of them is right:
   * the causes are planted together. Empty: the recipe is sound.
   */
  readonly causes: readonly string[];
}

const short = (value: number): number => Number(value.toPrecision(2));
const between = (random: Random, low: number, high: number): number => short(low + (high - low) * random());
/** Every order of magnitude is equally likely. */
const scaled = (random: Random, low: number, high: number): number => short(low * (high / low) ** random());
const oneOf = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
const percent = (share: number): string => `${Math.round(100 * share)} %`;

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

/** The rate stays as it is written; batch norm would make up for much of the harm. */
const PLAIN = { schedule: 'constant', batchNorm: false };
const MOMENTUM = { kind: 'sgd', momentum: 0.9 };

/** The faults that are planted, each far beyond what is customary. */
const FAULTS: readonly ((random: Random) => Plant)[] = [
  (random) => {
    const learningRate = scaled(random, 0.1, 1);
    return { name: `rate ${learningRate}, Adam`, recipe: { ...PLAIN, learningRate }, causes: ['learning-rate'] };
  },
  (random) => {
    const learningRate = scaled(random, 1e-8, 3e-7);
    return { name: `rate ${learningRate}, Adam`, recipe: { learningRate }, causes: ['learning-rate'] };
  },
  (random) => {
    const learningRate = scaled(random, 2, 20);
    const recipe = { ...PLAIN, optimizer: MOMENTUM, learningRate };
    return { name: `rate ${learningRate}, SGD`, recipe, causes: ['learning-rate', 'optimizer'] };
  },
  () => ({ name: 'weights all zero', recipe: { init: 'zeros', schedule: 'constant' }, causes: ['init'] }),
  () => ({ name: 'labels apart from images', recipe: { paired: false }, causes: ['pairing'] }),
  () => ({ name: 'weights never updated', recipe: { updates: 'none' }, causes: ['updates'] }),
  () => ({ name: 'one output for all classes', recipe: { units: 'one' }, causes: ['units'] }),
  (random) => {
    const rate = between(random, 0.4, 0.8);
    const recipe = { dropout: { rate, position: 'after-output' } };
    return { name: `dropout ${percent(rate)} after softmax`, recipe, causes: ['dropout'] };
  },
  (random) => {
    const rate = between(random, 0.93, 0.98);
    return {
      name: `dropout ${percent(rate)}`,
      recipe: { dropout: { rate, position: 'before-output' } },
      causes: ['dropout'],
    };
  },
  (random) => {
    const weightDecay = scaled(random, 1, 10);
    return { name: `weight decay ${weightDecay}`, recipe: { weightDecay }, causes: ['weight-decay'] };
  },
  () => ({ name: 'sorted by class', recipe: { shuffle: false, schedule: 'constant' }, causes: ['shuffle'] }),
  (random) => {
    const stepsPerEpoch = oneOf(random, [3, 5, 8, 12]);
    return { name: `${stepsPerEpoch} updates`, recipe: { epochs: 1, stepsPerEpoch }, causes: ['steps'] };
  },
  (random) => ({
    name: '0–255, SGD, no batch norm',
    recipe: { ...PLAIN, normalization: 'raw', optimizer: MOMENTUM, learningRate: scaled(random, 0.005, 0.02) },
    causes: ['normalization', 'batch-norm', 'optimizer', 'learning-rate'],
  }),
  (random) => {
    const recipe = { output: { activation: 'softmax', loss: 'cross-entropy-logits' } };
    return {
      name: 'softmax twice',
      recipe: { ...recipe, weightDecay: scaled(random, 1e-5, 1e-4) },
      causes: ['output'],
    };
  },
  () => ({
    name: 'predicts on 0–255',
    recipe: { prediction: { normalization: 'raw', mode: 'predict' } },
    causes: ['prediction-normalization'],
  }),
];

/** Two faults in one recipe; null if they set the same field to different values. */
function pair(a: Plant, b: Plant): Plant | null {
  const clash = Object.keys(a.recipe).some(
    (field) => field in b.recipe && JSON.stringify(a.recipe[field]) !== JSON.stringify(b.recipe[field]),
  );
  return clash
    ? null
    : {
        name: `${a.name}; ${b.name}`,
        recipe: { ...a.recipe, ...b.recipe },
        causes: [...new Set([...a.causes, ...b.causes])],
      };
}

/** What people train with, and what learns: it differs from the lab's own recipe in several choices. */
function soundPlant(random: Random): Plant {
  const adam = random() < 0.6;
  const learningRate = adam ? oneOf(random, [3e-4, 5e-4, 1e-3, 2e-3]) : oneOf(random, [0.01, 0.02, 0.05]);
  const batchSize = oneOf(random, [16, 32, 64]);
  const epochs = (batchSize / 16) * Math.round(between(random, 15, 40));
  // Without batch norm, plain SGD may need more updates than the lab makes.
  const batchNorm = !adam || random() < 0.5;
  const rate = oneOf(random, [0, 0.2, 0.3]);
  const weightDecay = oneOf(random, [0, 1e-5, 1e-4]);
  const schedule = oneOf(random, ['constant', 'cosine']);
  return {
    name: `${adam ? 'Adam' : 'SGD'} ${learningRate}, ${batchNorm ? '' : 'no '}batch norm, ${epochs} epochs of batches of ${batchSize}, dropout ${percent(rate)}, decay ${weightDecay}, ${schedule}`,
    recipe: {
      ...{ learningRate, batchSize, epochs, batchNorm, weightDecay, schedule },
      optimizer: adam ? { kind: 'adam', momentum: 0 } : MOMENTUM,
      dropout: { rate, position: 'before-output' },
    },
    causes: [],
  };
}

/**
 * The recipes for one data set: half of the planted ones have one cause, half have two.
 * @param count of planted recipes, and of sound ones
 */
export function drawRecipes(seed: number, dataset: string, count: number): Plant[] {
  const own = Buffer.from(dataset).reduce((sum, byte) => Math.imul(sum, 31) + byte, seed);
  // With generators of their own, a larger count adds recipes and changes none.
  const [random, soundRandom] = [seededRandom(own), seededRandom(own + 1)];
  const singles = (): Plant[] => shuffled(FAULTS, random).map((fault) => fault(random));
  const planted: Plant[] = [];
  const known = (plant: Plant): boolean => planted.some(({ name }) => name === plant.name);
  while (planted.length < count) {
    const [one, two, three] = singles();
    const both = pair(two!, three!);
    for (const plant of [one!, both]) if (plant && !known(plant) && planted.length < count) planted.push(plant);
  }
  return [...planted, ...Array.from({ length: count }, () => soundPlant(soundRandom))];
}
