/**
 * How often the lab names a planted cause: `node bench/lab.ts FOLDER … [--only PATTERN] [--budget
 * SECONDS]` after `npm run build:engine`. Each FOLDER is a data set. On each, recipes with one or two planted causes and
 * recipes that are sound but not those of the lab are examined with the quick budget. Prints a table, and exits with 1
 * if the injected cause is named first in fewer than 19 of 20, or if harm is blamed in more than 1 of 20 sound recipes.
 */
import { parseArgs } from 'node:util';
import { basename, resolve } from 'node:path';
import { scratchFolder, startEngine, type BenchEngine } from './engine.ts';
import { figure } from './figures.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Plant {
  readonly name: string;
  readonly recipe: Fields;
  /**
   * Ids of the choices that may be named first, by themselves or in a set. Several ids mean that any of them is right:
   * the causes are planted together. Empty: the recipe is sound.
   */
  readonly causes: readonly string[];
}

const DOUBLE = { output: { activation: 'softmax', loss: 'cross-entropy-logits' } };
const PLAIN = { schedule: 'constant', batchNorm: false };

const PLANTED: readonly Plant[] = [
  { name: 'rate 0.5, Adam', recipe: { ...PLAIN, learningRate: 0.5 }, causes: ['learning-rate'] },
  { name: 'rate 0.1, Adam', recipe: { ...PLAIN, learningRate: 0.1 }, causes: ['learning-rate'] },
  { name: 'rate 1e-7, Adam', recipe: { learningRate: 1e-7 }, causes: ['learning-rate'] },
  { name: 'weights all zero', recipe: { init: 'zeros', schedule: 'constant' }, causes: ['init'] },
  { name: 'labels apart from images', recipe: { paired: false }, causes: ['pairing'] },
  { name: 'weights never updated', recipe: { updates: 'none' }, causes: ['updates'] },
  { name: 'one output for all classes', recipe: { units: 'one' }, causes: ['units'] },
  { name: 'dropout after softmax', recipe: { dropout: { rate: 0.5, position: 'after-output' } }, causes: ['dropout'] },
  { name: 'dropout 0.95', recipe: { dropout: { rate: 0.95, position: 'before-output' } }, causes: ['dropout'] },
  { name: 'weight decay 1', recipe: { weightDecay: 1 }, causes: ['weight-decay'] },
  { name: 'sorted by class', recipe: { shuffle: false, schedule: 'constant' }, causes: ['shuffle'] },
  { name: 'ten updates', recipe: { epochs: 1, stepsPerEpoch: 10 }, causes: ['steps'] },
  {
    name: '0–255, SGD, no batch norm',
    recipe: { ...PLAIN, normalization: 'raw', optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate: 0.01 },
    causes: ['normalization', 'batch-norm', 'optimizer', 'learning-rate'],
  },
  {
    name: 'softmax twice, rate 0.1',
    recipe: { ...PLAIN, ...DOUBLE, learningRate: 0.1 },
    causes: ['output', 'learning-rate'],
  },
  {
    name: 'rate 0.1, sorted by class',
    recipe: { ...PLAIN, learningRate: 0.1, shuffle: false },
    causes: ['learning-rate', 'shuffle'],
  },
];

const SOUND: readonly Plant[] = [
  { name: 'the lab’s own', recipe: {}, causes: [] },
  { name: 'Adam 1e-3, no batch norm, 20 epochs', recipe: { ...PLAIN, learningRate: 1e-3, epochs: 20 }, causes: [] },
  { name: 'Adam 3e-4, no batch norm, 50 epochs', recipe: { ...PLAIN, learningRate: 3e-4, epochs: 50 }, causes: [] },
  { name: 'Adam 1e-4, no batch norm, 100 epochs', recipe: { ...PLAIN, learningRate: 1e-4, epochs: 100 }, causes: [] },
  {
    name: 'SGD 0.01, momentum, 30 epochs',
    recipe: { schedule: 'constant', optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate: 0.01, epochs: 30 },
    causes: [],
  },
  {
    name: 'dropout 0.5, decay, batch 64',
    recipe: {
      ...PLAIN,
      learningRate: 1e-3,
      epochs: 40,
      batchSize: 64,
      weightDecay: 1e-4,
      dropout: { rate: 0.5, position: 'before-output' },
    },
    causes: [],
  },
];

/** A planted choice that costs less than this share does no harm on a data set. */
const NO_HARM = 0.15;

interface Level {
  readonly mean: number;
}
interface Lab {
  readonly seconds: number;
  readonly result: {
    readonly outcome: string;
    readonly sentence: string;
    readonly collapseOnly?: true;
    readonly sound: Level | null;
    readonly user: Level | null;
    readonly causes: readonly { readonly choices: readonly string[] }[];
    readonly remedies: readonly { readonly choices: readonly string[] }[];
    readonly runs: readonly unknown[];
  };
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' }, budget: { type: 'string', default: '120' } },
});
const budgetSeconds = Number(values.budget);
const only = new RegExp(values.only);
if (positionals.length === 0) throw new Error('usage: node bench/lab.ts FOLDER … [--only PATTERN] [--budget SECONDS]');

const percent = (level: Level | null): string => (level === null ? '–' : `${Math.round(100 * level.mean)} %`);

async function examine(engine: BenchEngine, dataset: string, recipe: Fields): Promise<Lab> {
  const view = await engine.call<{ reading: unknown }>('recipe.readFile', { dataset, text: JSON.stringify(recipe) });
  await engine.job('jobs.lab', { dataset, reading: view.reading, budgetSeconds });
  return (await engine.call<{ lab: Lab }>('lab.result', { dataset })).lab;
}

/** The set that the answer names first: the causes come before the remedies. */
const namedFirst = ({ result: { causes, remedies } }: Lab): readonly string[] =>
  causes[0]?.choices ?? remedies[0]?.choices ?? [];

const right = (lab: Lab, { causes }: Plant): boolean => {
  const first = namedFirst(lab);
  if (causes.length === 0) return first.length === 0 && lab.result.outcome !== 'not-told-apart';
  return first.some((id) => causes.includes(id));
};

/** The recipe was examined and recovers about as much as the sound one: the planted choice does no harm here. */
const didNoHarm = ({ result: { outcome, sound, user } }: Lab): boolean =>
  outcome === 'no-collapse' && sound !== null && user !== null && sound.mean - user.mean < NO_HARM;

const counts = { planted: [0, 0], sound: [0, 0], harmless: 0, slow: 0 };
process.stdout.write(
  '| data set | recipe | sound | user | outcome | named first | right | runs | seconds |\n|---|---|---|---|---|---|---|---|---|\n',
);
for (const folder of positionals) {
  const scratch = scratchFolder('lab');
  const engine = startEngine(scratch.path);
  try {
    const { dataset } = await engine.call<{ dataset: string }>('dataset.open', { root: resolve(folder) });
    await engine.job('jobs.index', { dataset });
    for (const plant of [...PLANTED, ...SOUND].filter(({ name }) => only.test(name))) {
      const lab = await examine(engine, dataset, plant.recipe);
      const { result, seconds } = lab;
      const harmless = plant.causes.length > 0 && didNoHarm(lab);
      const good = right(lab, plant);
      counts.slow = Math.max(counts.slow, seconds);
      counts.harmless += harmless ? 1 : 0;
      const count = plant.causes.length > 0 ? counts.planted : counts.sound;
      if (!harmless) {
        count[0]! += good ? 1 : 0;
        count[1]! += 1;
      }
      process.stdout.write(
        `| ${basename(folder)} | ${plant.name} | ${percent(result.sound)} | ${percent(result.user)} | ${result.outcome}${result.collapseOnly ? ' (collapse only)' : ''} | ${namedFirst(lab).join(' + ') || '–'} | ${harmless ? 'no harm' : good ? 'yes' : 'NO'} | ${result.runs.length} | ${Math.round(seconds)} |\n`,
      );
    }
  } finally {
    await engine.stop();
    scratch.remove();
  }
}
const share = ([hits, all]: readonly number[]): [string, boolean] => [`${hits} of ${all}`, hits! >= 0.95 * all!];
const [[planted, plantedMet], [sound, soundMet]] = [share(counts.planted), share(counts.sound)];
figure('injected cause named first', planted, '≥ 19 of 20', plantedMet);
figure('planted causes that do no harm here, not counted', String(counts.harmless));
figure('no harm blamed in sound recipes', sound, '≥ 19 of 20', soundMet);
figure('slowest lab, seconds', counts.slow.toFixed(0), '≤ 120', counts.slow <= 120);
