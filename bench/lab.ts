/**
 * How often the lab names a planted cause: `node bench/lab.ts FOLDER …` after `npm run build:engine`. Each FOLDER is a
 * data set. On each, recipes that are drawn from a seed are examined: `--count` (4) with planted causes, and as many
 * sound ones. Each is examined with the quick budget (`--budget`, 120 s). Each row is appended to a file at once
 * (`--rows`, one JSON object per line), and the rows that the file has are not examined again: an interrupted bench goes
 * on when it is started again. `--only PATTERN` takes the recipes with such names; `--seed N` draws other recipes;
 * `--pretrained` takes those of lab-pretrained.ts, which have a pretrained base.
 * Prints the rows as a table, and exits with 1 if the injected cause is named first in fewer than 19 of 20, if harm is
 * blamed in more than 1 of 20 sound recipes, or if a lab took longer than its budget.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { scratchFolder, startEngine, watchProcessor, type BenchEngine } from './engine.ts';
import { figure } from './figures.ts';
import { PRETRAINED } from './lab-pretrained.ts';
import { drawRecipes, type Fields, type Plant } from './lab-recipes.ts';

/** A planted choice that costs less than this share does no harm on a data set. */
const NO_HARM = 0.15;

interface Level {
  readonly mean: number;
}
interface Lab {
  readonly seconds: number;
  /** Seconds of processor time of the engine and its processes. */
  readonly processor: number;
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

/** One examined recipe, as it is kept. */
interface Row extends Plant {
  readonly dataset: string;
  readonly seed: number;
  readonly budget: number;
  readonly outcome: string;
  readonly collapseOnly: boolean;
  readonly sentence: string;
  readonly sound: number | null;
  readonly user: number | null;
  /** The set that the answer names first: the causes come before the remedies. */
  readonly first: readonly string[];
  readonly runs: number;
  readonly seconds: number;
  readonly processor: number;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    pretrained: { type: 'boolean', default: false },
    budget: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '4' },
    rows: { type: 'string', default: join(tmpdir(), 'plumbline-lab-rows.jsonl') },
  },
});
const [budget, seed, count] = [Number(values.budget), Number(values.seed), Number(values.count)];
const only = new RegExp(values.only);
if (positionals.length === 0)
  throw new Error(
    'usage: node bench/lab.ts FOLDER … [--count N] [--seed N] [--rows FILE] [--only PATTERN] [--budget SECONDS]',
  );

const same = (row: Row, dataset: string, plant: Plant): boolean =>
  row.dataset === dataset &&
  row.budget === budget &&
  row.name === plant.name &&
  JSON.stringify(row.recipe) === JSON.stringify(plant.recipe);

/** The last line may be cut off, if the bench was killed while it wrote. */
function keptRows(): Row[] {
  const lines = existsSync(values.rows) ? readFileSync(values.rows, 'utf8').split('\n') : [];
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Row];
    } catch {
      return [];
    }
  });
}

async function examine(engine: BenchEngine, dataset: string, recipe: Fields): Promise<Lab> {
  const view = await engine.call<{ reading: unknown }>('recipe.readFile', { dataset, text: JSON.stringify(recipe) });
  const processorTime = watchProcessor(engine.pid);
  await engine.job('jobs.lab', { dataset, reading: view.reading, budgetSeconds: budget });
  const processor = processorTime();
  const { lab } = await engine.call<{ lab: Omit<Lab, 'processor'> }>('lab.result', { dataset });
  return { ...lab, processor };
}

const rowOf = (dataset: string, plant: Plant, { seconds, processor, result }: Lab): Row => ({
  dataset,
  seed,
  budget,
  ...plant,
  outcome: result.outcome,
  collapseOnly: result.collapseOnly === true,
  sentence: result.sentence,
  sound: result.sound?.mean ?? null,
  user: result.user?.mean ?? null,
  first: result.causes[0]?.choices ?? result.remedies[0]?.choices ?? [],
  runs: result.runs.length,
  seconds,
  processor,
});

const isRight = ({ first, causes, outcome }: Row): boolean =>
  causes.length === 0 ? first.length === 0 && outcome !== 'not-told-apart' : first.some((id) => causes.includes(id));

/** The recipe was examined and recovers about as much as the sound one: the planted choice does no harm here. */
const didNoHarm = ({ causes, outcome, sound, user }: Row): boolean =>
  causes.length > 0 && outcome === 'no-collapse' && sound !== null && user !== null && sound - user < NO_HARM;

const share = (level: number | null): string => (level === null ? '–' : `${Math.round(100 * level)} %`);
const line = (row: Row): string =>
  `| ${row.dataset} | ${row.name} | ${share(row.sound)} | ${share(row.user)} | ${row.outcome}${row.collapseOnly ? ' (collapse only)' : ''} | ${row.first.join(' + ') || '–'} | ${didNoHarm(row) ? 'no harm' : isRight(row) ? 'yes' : 'NO'} | ${row.runs} | ${Math.round(row.seconds)} | ${Math.round(row.processor)} |\n`;

const recipesOf = (folder: string): Plant[] =>
  (values.pretrained ? PRETRAINED : drawRecipes(seed, basename(folder), count)).filter(({ name }) => only.test(name));
const isKept = (rows: readonly Row[], folder: string) => (plant: Plant) =>
  rows.some((row) => same(row, basename(folder), plant));

process.stdout.write(
  '| data set | recipe | sound | user | outcome | named first | right | runs | seconds | processor seconds |\n|---|---|---|---|---|---|---|---|---|---|\n',
);
for (const folder of positionals) {
  const open = recipesOf(folder).filter((plant) => !isKept(keptRows(), folder)(plant));
  if (open.length > 0) {
    const scratch = scratchFolder('lab');
    const engine = startEngine(scratch.path);
    try {
      const { dataset } = await engine.call<{ dataset: string }>('dataset.open', { root: resolve(folder) });
      await engine.job('jobs.index', { dataset });
      for (const plant of open) {
        const row = rowOf(basename(folder), plant, await examine(engine, dataset, plant.recipe));
        appendFileSync(values.rows, `${JSON.stringify(row)}\n`);
        process.stderr.write(line(row));
      }
    } finally {
      await engine.stop();
      scratch.remove();
    }
  }
  for (const plant of recipesOf(folder))
    process.stdout.write(line(keptRows().findLast((row) => same(row, basename(folder), plant))!));
}

const rows = positionals.flatMap((folder) =>
  recipesOf(folder).map((plant) => keptRows().findLast((row) => same(row, basename(folder), plant))!),
);
function shareOf(what: string, judged: readonly Row[]): void {
  const hits = judged.filter(isRight).length;
  figure(what, `${hits} of ${judged.length}`, '≥ 19 of 20', hits >= 0.95 * judged.length);
}
shareOf(
  'injected cause named first',
  rows.filter((row) => row.causes.length > 0 && !didNoHarm(row)),
);
figure('planted causes that do no harm here, not counted', String(rows.filter(didNoHarm).length));
shareOf(
  'no harm blamed in sound recipes',
  rows.filter((row) => row.causes.length === 0),
);
const slowest = Math.max(0, ...rows.map(({ seconds }) => seconds));
figure('slowest lab, seconds', slowest.toFixed(0), `≤ ${budget}`, slowest <= budget);
