/**
 * Whether the interval of the number of wrong labels holds for the real probe:
 * `node bench/coverage.ts FOLDER SET… [--images N] [--seeds N] [--kind TEXT] [--keep FOLDER]`. FOLDER contains clean
 * sets. Each is indexed once. Then labels are changed at random, in several ways and at several rates, and N of the
 * images are probed, with the pretrained network (strong) and without it (weak). With --keep, the predictions are kept in
 * that folder, and the runs that are there already are only judged again. Exits with 1 if the interval holds in fewer
 * than nine of ten runs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { runnerImport } from 'vite';
import type * as Verdicts from '../src/core/labels/verdicts.ts';
import { seededRandom, shuffled } from '../src/core/statistics/random.ts';
import type * as Catalogs from '../src/engine/catalog/catalog.ts';
import type * as Embeddings from '../src/engine/catalog/embeddings.ts';
import { BACKBONE_OUTPUTS } from '../src/engine/process/backbone.ts';
import type * as Cohorts from '../src/engine/stages/cohort.ts';
import type * as Instant from '../src/engine/training/instant/instant.ts';
import { NOISE_KINDS } from './changed-labels.ts';
import { scratchFolder, startEngine } from './engine.ts';
import { figure, verdict } from './figures.ts';

const RATES = [0, 0.02, 0.05, 0.1, 0.2, 0.4];
/** Above this rate, every other class would lose four fifths of its images, and no label would mean anything. */
const MOST_IN_PAIRS = 0.2;
const HOLDS = 0.9;

const load = async <T>(file: string): Promise<T> => (await runnerImport<T>(file)).module;
const { judgeLabels } = await load<typeof Verdicts>('./src/core/labels/verdicts.ts');
const { openCatalog, closeCatalog } = await load<typeof Catalogs>('./src/engine/catalog/catalog.ts');
const { storedEmbeddings } = await load<typeof Embeddings>('./src/engine/catalog/embeddings.ts');
const { cohortOf, rasterReader } = await load<typeof Cohorts>('./src/engine/stages/cohort.ts');
const { instantProbe } = await load<typeof Instant>('./src/engine/training/instant/instant.ts');

/** Indexes a folder and computes the outputs of the pretrained network. @returns the id of the data set */
async function indexed(root: string, cache: string): Promise<string> {
  const engine = startEngine(cache);
  try {
    const { dataset } = await engine.call<{ dataset: string }>('dataset.open', { root });
    await engine.job('jobs.index', { dataset });
    await engine.job('jobs.probe', { dataset, probe: 'instant' });
    return dataset;
  } finally {
    await engine.stop();
  }
}

type Catalog = ReturnType<typeof openCatalog>;
type Cohort = ReturnType<typeof cohortOf>;

interface Run {
  readonly kind: string;
  readonly rate: number;
  readonly seed: number;
  readonly probe: 'strong' | 'weak';
}

/** The first images of a cohort in a random order, with changed labels, and what the probe predicts from these. */
interface Predicted {
  readonly labels: Int32Array;
  /** The labels before they were changed. */
  readonly own: Int32Array;
  readonly groups: Int32Array;
  readonly classes: number;
  readonly probabilities: Float32Array;
  readonly truth: Float32Array;
}

async function predicted(catalog: Catalog, cohort: Cohort, run: Run, most: number): Promise<Predicted> {
  const random = seededRandom(100 * run.seed + Math.round(100 * run.rate));
  const positions = Int32Array.from(shuffled([...cohort.labels.keys()], random).slice(0, most));
  const at = (values: Int32Array): Int32Array => positions.map((position) => values[position]!);
  const classes = cohort.classes.length;
  const corrupt = NOISE_KINDS[run.kind]!(run.rate);
  const own = at(cohort.labels);
  const labels = own.map((label) => corrupt(label, classes, random));
  const images = at(cohort.images);
  const groups = at(cohort.groups);
  const rasters = rasterReader(catalog, images);
  const embedded = storedEmbeddings(catalog);
  const { probabilities, truth } = await instantProbe(
    {
      widths: at(cohort.widths),
      heights: at(cohort.heights),
      labels,
      classes,
      groups,
      seed: 1,
      seconds: 12,
      source: 'pretrained',
      layers: run.probe === 'strong' ? [...BACKBONE_OUTPUTS] : null,
    },
    {
      signal: new AbortController().signal,
      progress: () => undefined,
      checkpoint: () => undefined,
      content: () => Promise.resolve(null),
      rasters: (indices) => Promise.resolve(rasters(indices)),
      embeddings: (indices) => {
        const width = embedded?.width ?? 0;
        const rows = new Float32Array(indices.length * width);
        indices.forEach((index, i) => {
          rows.set(embedded?.row(images[index]!) ?? [Number.NaN], i * width);
        });
        return Promise.resolve(rows);
      },
    },
  );
  return { labels, own, groups, classes, probabilities, truth };
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: '1000' },
    seeds: { type: 'string', default: '1' },
    kind: { type: 'string', default: '' },
    keep: { type: 'string' },
  },
});
const [folder, ...sets] = positionals;
if (folder === undefined) throw new Error('usage: node bench/coverage.ts FOLDER SET… [--images N] [--seeds N]');
const images = Number(values.images);
const keep = values.keep;
if (keep !== undefined) mkdirSync(keep, { recursive: true });

const kinds = Object.keys(NOISE_KINDS).filter((text) => text.includes(values.kind));
const runs = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1).flatMap((seed) =>
  kinds.flatMap((kind) =>
    RATES.filter((rate) => kind === 'even' || (rate > 0 && rate <= MOST_IN_PAIRS)).flatMap((rate) =>
      (['strong', 'weak'] as const).map((probe): Run => ({ kind, rate, seed, probe })),
    ),
  ),
);
const tally = new Map<string, { held: number; runs: number; flagged: number; right: number }>();

function judge(name: string, { kind, rate, probe }: Run, { own, groups, ...predictions }: Predicted): void {
  const { estimate, flags } = judgeLabels(predictions, { groups });
  if (estimate === null) return;
  const isWrong = (label: number, i: number): boolean => label !== own[i];
  const wrong = predictions.labels.filter(isWrong).length;
  const flagged = predictions.labels.filter((_, i) => flags[i] === 1).length;
  const right = predictions.labels.filter((label, i) => flags[i] === 1 && isWrong(label, i)).length;
  const { expected, low, high } = estimate;
  const holds = low <= wrong && wrong <= high;
  for (const key of [kind, `${probe} probe`, `${100 * rate} % wrong`, name, 'all']) {
    const sum = tally.get(key) ?? { held: 0, runs: 0, flagged: 0, right: 0 };
    tally.set(key, {
      held: sum.held + (holds ? 1 : 0),
      runs: sum.runs + 1,
      flagged: sum.flagged + flagged,
      right: sum.right + right,
    });
  }
  figure(
    `${name}, ${probe} probe, ${100 * rate} % ${kind}: wrong labels`,
    `${Math.round(expected)} (${Math.round(low)}–${Math.round(high)})`,
    null,
    true,
    `${wrong} planted${holds ? '' : ', not in the interval'}; ${flagged} flagged, ${right} of them wrong`,
  );
}

for (const name of sets) {
  const cache = scratchFolder('coverage');
  let opened: { readonly catalog: Catalog; readonly cohort: Cohort; readonly withNetwork: boolean } | null = null;
  const open = async (): Promise<NonNullable<typeof opened>> => {
    const dataset = await indexed(join(folder, name), cache.path);
    const catalog = openCatalog({ cache: cache.path, data: cache.path }, dataset, null);
    return { catalog, cohort: cohortOf(catalog), withNetwork: storedEmbeddings(catalog) !== null };
  };
  for (const run of runs) {
    const file = keep && join(keep, `${[name, run.probe, run.kind, run.rate, run.seed, images].join(' ')}.v8`);
    if (file !== undefined && existsSync(file)) {
      judge(name, run, deserialize(readFileSync(file)) as Predicted);
      continue;
    }
    opened ??= await open();
    if (run.probe === 'strong' && !opened.withNetwork) continue;
    const made = await predicted(opened.catalog, opened.cohort, run, images);
    if (file !== undefined) writeFileSync(file, serialize(made));
    judge(name, run, made);
  }
  if (opened !== null) closeCatalog(opened.catalog);
  cache.remove();
}
for (const [key, { held, runs: all, flagged, right }] of tally)
  figure(
    `the interval holds, ${key}`,
    `${held} of ${all}`,
    key === 'all' ? `≥ ${100 * HOLDS} %` : null,
    key !== 'all' || held >= HOLDS * all,
    `${flagged} flagged, ${right} of them wrong`,
  );
process.stdout.write(verdict());
