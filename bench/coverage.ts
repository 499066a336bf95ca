/**
 * Whether the interval of the number of wrong labels holds for the real probe:
 * `node bench/coverage.ts FOLDER SET… [--images N] [--seeds N] [--kind TEXT]`. FOLDER contains clean sets. Each is
 * indexed once. Then labels are changed at random, in several ways and at several rates, and N of the images are probed,
 * with the pretrained network (strong) and without it (weak). Exits with 1 if the interval holds in fewer than nine of
 * ten runs.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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

type Cohort = ReturnType<typeof cohortOf>;

/** The first images of a cohort in a random order, with changed labels. */
interface Changed {
  readonly positions: Int32Array;
  readonly labels: Int32Array;
  readonly wrong: number;
}

function changed({ labels, classes }: Cohort, rate: number, kind: string, seed: number, most: number): Changed {
  const random = seededRandom(seed);
  const positions = Int32Array.from(shuffled([...labels.keys()], random).slice(0, most));
  const corrupt = NOISE_KINDS[kind]!(rate);
  const given = positions.map((at) => corrupt(labels[at]!, classes.length, random));
  return {
    positions,
    labels: given,
    wrong: given.reduce((sum, label, i) => sum + (label === labels[positions[i]!] ? 0 : 1), 0),
  };
}

type Catalog = ReturnType<typeof openCatalog>;

async function judged(catalog: Catalog, cohort: Cohort, { positions, labels }: Changed, strong: boolean) {
  const at = (values: Int32Array): Int32Array => positions.map((position) => values[position]!);
  const images = at(cohort.images);
  const embedded = storedEmbeddings(catalog)!;
  const rasters = rasterReader(catalog, images);
  const groups = at(cohort.groups);
  const classes = cohort.classes.length;
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
      layers: strong ? [...BACKBONE_OUTPUTS] : null,
    },
    {
      signal: new AbortController().signal,
      progress: () => undefined,
      checkpoint: () => undefined,
      rasters: (indices) => Promise.resolve(rasters(indices)),
      embeddings: (indices) => {
        const rows = new Float32Array(indices.length * embedded.width);
        indices.forEach((index, i) => {
          rows.set(embedded.row(images[index]!) ?? [Number.NaN], i * embedded.width);
        });
        return Promise.resolve(rows);
      },
    },
  );
  return judgeLabels({ probabilities, truth, labels, classes }, { groups });
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: '1000' },
    seeds: { type: 'string', default: '1' },
    kind: { type: 'string', default: '' },
  },
});
const [folder, ...sets] = positionals;
if (folder === undefined) throw new Error('usage: node bench/coverage.ts FOLDER SET… [--images N] [--seeds N]');
const tally = new Map<string, { held: number; runs: number }>();
for (const name of sets) {
  const cache = scratchFolder('coverage');
  const dataset = await indexed(join(folder, name), cache.path);
  const catalog = openCatalog({ cache: cache.path, data: cache.path }, dataset, null);
  const cohort = cohortOf(catalog);
  const probes = storedEmbeddings(catalog) === null ? ['weak'] : ['strong', 'weak'];
  for (let seed = 1; seed <= Number(values.seeds); seed++)
    for (const kind of Object.keys(NOISE_KINDS).filter((text) => text.includes(values.kind)))
      for (const rate of RATES)
        for (const probe of probes) {
          if (kind !== 'even' && (rate === 0 || rate > MOST_IN_PAIRS)) continue;
          const made = changed(cohort, rate, kind, 100 * seed + Math.round(100 * rate), Number(values.images));
          const { estimate, flags } = await judged(catalog, cohort, made, probe === 'strong');
          if (estimate === null) continue;
          const { expected, low, high } = estimate;
          const holds = low <= made.wrong && made.wrong <= high;
          for (const key of [kind, `${probe} probe`, 'all']) {
            const { held, runs } = tally.get(key) ?? { held: 0, runs: 0 };
            tally.set(key, { held: held + (holds ? 1 : 0), runs: runs + 1 });
          }
          figure(
            `${name}, ${probe} probe, ${100 * rate} % ${kind}: wrong labels`,
            `${Math.round(expected)} (${Math.round(low)}–${Math.round(high)})`,
            null,
            true,
            `${made.wrong} planted${holds ? '' : ', not in the interval'}; ${flags.reduce((sum, flag) => sum + flag, 0)} flagged`,
          );
        }
  closeCatalog(catalog);
  cache.remove();
}
for (const [key, { held, runs }] of tally)
  figure(
    `the interval holds, ${key}`,
    `${held} of ${runs}`,
    key === 'all' ? `≥ ${100 * HOLDS} %` : null,
    key !== 'all' || held >= HOLDS * runs,
  );
process.stdout.write(verdict());
