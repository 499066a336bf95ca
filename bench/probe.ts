/**
 * The probes on data sets with planted wrong labels: `node bench/probe.ts FOLDER [set …] [--cnn] [--python PYTHON]`.
 * FOLDER contains each set beside its `<set>.truth.json`. --cnn also trains the CNN probe (minutes per set). PYTHON
 * with cleanlab (pip install cleanlab) judges the same labels from the same probabilities. Exits with 1 if a target is
 * missed.
 * Keras's figures were measured once on the same sets: a five-fold CNN and cleanlab's default filter.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import type * as Catalogs from '../src/engine/catalog/catalog.ts';
import type * as Questions from '../src/engine/catalog/label-queries.ts';
import { seededRandom, shuffled } from '../src/core/statistics/random.ts';
import { scratchFolder, startEngine } from './engine.ts';
import { figure, verdict } from './figures.ts';
import { plantedSets } from './planted.ts';

type Kind = 'instant' | 'cnn';
interface Targets {
  readonly ap: number;
  readonly f1: number;
  readonly keras: { readonly ap: number; readonly f1: number };
}

const NOISY: Readonly<Record<string, Targets>> = {
  digits_sym20: { ap: 0.998, f1: 0.97, keras: { ap: 0.992, f1: 0.951 } },
  digits_asym20: { ap: 0.985, f1: 0.95, keras: { ap: 0.487, f1: 0.67 } },
  colour_sym10: { ap: 0.94, f1: 0.85, keras: { ap: 0.6, f1: 0.352 } },
  colour_asym20: { ap: 0.88, f1: 0.8, keras: { ap: 0.254, f1: 0.425 } },
  many_sym10: { ap: 0.9, f1: 0.76, keras: { ap: 0.676, f1: 0.372 } },
};
/** Largest share of flagged images on sets without planted errors, in per cent. */
const CLEAN: Readonly<Record<string, number>> = { digits_clean: 0.3, colour_clean: 1.5, many_clean: 6 };
/** The set on which time has a target too. */
const TIMED = 'digits_sym20';
const SECONDS_MOST = 15;
const TIMES_FASTER = 10;
/**
 * How much lower the instant probe's AP may be than the CNN probe's: three standard errors of the difference (by
 * bootstrap over the images of that set).
 */
const AP_SLACK = 0.001;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { cnn: { type: 'boolean', default: false }, python: { type: 'string' } },
});
const [folder, ...only] = positionals;
if (folder === undefined) throw new Error('usage: node bench/probe.ts FOLDER [set …] [--cnn] [--python PYTHON]');
const kinds: readonly Kind[] = values.cnn ? ['instant', 'cnn'] : ['instant'];
const withCleanlab =
  values.python !== undefined && spawnSync(values.python, ['-c', 'import cleanlab'], { stdio: 'ignore' }).status === 0;
const { openCatalog, closeCatalog } = (await runnerImport<typeof Catalogs>('./src/engine/catalog/catalog.ts')).module;
const { freshOutputs } = (await runnerImport<typeof Questions>('./src/engine/catalog/label-queries.ts')).module;

interface Judged {
  readonly path: string;
  readonly quality: number;
  readonly issue: boolean;
}

interface Probed {
  readonly images: readonly Judged[];
  /** Time of the probe alone. */
  readonly seconds: number;
  readonly outputs: {
    readonly classes: number;
    readonly labels: readonly number[];
    readonly probabilities: readonly number[];
  };
}

/** Indexes a folder and runs one probe on it, with an empty cache. */
async function probed(root: string, kind: Kind): Promise<Probed> {
  const cache = scratchFolder('probe');
  const engine = startEngine(cache.path);
  try {
    const { dataset } = await engine.call<{ dataset: string }>('dataset.open', { root });
    await engine.job('jobs.index', { dataset });
    await engine.job('jobs.probe', { dataset, probe: kind });
    const { runs } = await engine.call<{ runs: { seconds: number }[] }>('labels.summary', { dataset });
    const { labels } = await engine.call<{ labels: { images: Judged[] } | null }>('report.get', {
      dataset,
      timings: {},
    });
    await engine.stop();
    const catalog = openCatalog({ cache: cache.path, data: cache.path }, dataset, null);
    const outputs = freshOutputs(catalog, kind);
    closeCatalog(catalog);
    return {
      images: labels?.images ?? [],
      seconds: runs[0]?.seconds ?? Number.NaN,
      outputs: {
        classes: outputs?.classes.length ?? 0,
        labels: [...(outputs?.labels ?? [])],
        probabilities: [...(outputs?.probabilities ?? [])],
      },
    };
  } finally {
    await engine.stop();
    cache.remove();
  }
}

/** Average precision of a ranking. @param quality the lowest value comes first */
function averagePrecision(
  ranked: readonly { readonly path: string; readonly quality: number }[],
  wrong: ReadonlySet<string>,
): number {
  let [hits, sum] = [0, 0];
  ranked
    .toSorted((a, b) => a.quality - b.quality)
    .forEach(({ path }, i) => {
      if (wrong.has(path)) sum += ++hits / (i + 1);
    });
  return sum / wrong.size;
}

function f1(flagged: readonly string[], wrong: ReadonlySet<string>): number {
  return (2 * flagged.filter((path) => wrong.has(path)).length) / (flagged.length + wrong.size);
}

const three = (value: number): string => value.toFixed(3);
const pair = (ap: number, f: number): string => `${three(ap)} / ${three(f)}`;

function byCleanlab({ outputs, images }: Probed, wrong: ReadonlySet<string>): { ap: number; f1: number } {
  const { status, stdout, stderr } = spawnSync(values.python!, [join(import.meta.dirname, 'cleanlab_labels.py')], {
    input: JSON.stringify(outputs),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`cleanlab failed: ${stderr.slice(-500)}`);
  const { flags, scores } = JSON.parse(stdout) as { flags: number[]; scores: number[] };
  return {
    ap: averagePrecision(
      scores.map((quality, i) => ({ path: images[i]!.path, quality })),
      wrong,
    ),
    f1: f1(
      flags.map((i) => images[i]!.path),
      wrong,
    ),
  };
}

const instantOf = new Map<string, { ap: number; seconds: number }>();

function judge(name: string, kind: Kind, result: Probed, wrong: ReadonlySet<string>): void {
  const flagged = result.images.filter((image) => image.issue).map((image) => image.path);
  const what = `${name}, ${kind} probe`;
  const most = CLEAN[name];
  const share = (100 * flagged.length) / Math.max(1, result.images.length);
  if (most !== undefined) figure(`${what}: flagged`, `${share.toFixed(2)} %`, `< ${most} %`, share < most);
  const targets = NOISY[name];
  if (targets === undefined || wrong.size === 0) return;
  const ap = averagePrecision(result.images, wrong);
  const f = f1(flagged, wrong);
  const { ap: leastAp, f1: leastF1 } = kind === 'instant' ? targets : targets.keras;
  figure(
    `${what}: AP / F1`,
    pair(ap, f),
    `≥ ${pair(leastAp, leastF1)}`,
    ap >= leastAp && f >= leastF1,
    `Keras + cleanlab ${pair(targets.keras.ap, targets.keras.f1)}; flagged ${share.toFixed(1)} %, ${result.seconds.toFixed(0)} s`,
  );
  if (withCleanlab && result.images.length === result.outputs.labels.length) {
    const theirs = byCleanlab(result, wrong);
    figure(
      `${what}: F1 against cleanlab on the same P`,
      (f / theirs.f1).toFixed(2),
      '≥ 1',
      f >= theirs.f1,
      `cleanlab ${pair(theirs.ap, theirs.f1)}; AP ratio ${(ap / theirs.ap).toFixed(2)}`,
    );
  }
  const instant = instantOf.get(name);
  if (kind === 'instant') instantOf.set(name, { ap, seconds: result.seconds });
  if (name !== TIMED) return;
  if (kind === 'instant')
    figure(`${what}: seconds`, result.seconds.toFixed(1), `≤ ${SECONDS_MOST}`, result.seconds <= SECONDS_MOST);
  else if (instant) {
    figure(
      `${name}: CNN probe's time / instant probe's`,
      (result.seconds / instant.seconds).toFixed(1),
      `≥ ${TIMES_FASTER}`,
      result.seconds / instant.seconds >= TIMES_FASTER,
    );
    figure(
      `${name}: instant probe's AP − CNN probe's`,
      (instant.ap - ap).toFixed(4),
      `≥ −${AP_SLACK}`,
      instant.ap >= ap - AP_SLACK,
    );
  }
}

/** A copy of a set with permuted labels. */
function permuted(root: string, target: string): void {
  const classes = readdirSync(root);
  const files = classes.flatMap((name) =>
    readdirSync(join(root, name)).map((file) => ({ name, path: join(root, name, file) })),
  );
  const labels = shuffled(
    files.map(({ name }) => name),
    seededRandom(3),
  );
  for (const name of classes) mkdirSync(join(target, name), { recursive: true });
  files.forEach(({ path }, i) => {
    copyFileSync(path, join(target, labels[i]!, `${i}${path.slice(path.lastIndexOf('.'))}`));
  });
}

for (const { name, root, truth } of plantedSets(folder)) {
  if ((only.length > 0 && !only.includes(name)) || !(name in NOISY || name in CLEAN)) continue;
  const wrong = new Set((truth.label_noise ?? []).map(({ path }) => path));
  for (const kind of kinds) judge(name, kind, await probed(root, kind), wrong);
  if (!(name in CLEAN)) continue;
  const mixed = scratchFolder('permuted');
  permuted(root, mixed.path);
  for (const kind of kinds) {
    const flagged = (await probed(mixed.path, kind)).images.filter((image) => image.issue).length;
    figure(`${name}, labels permuted, ${kind} probe: flagged`, String(flagged), '0', flagged === 0);
  }
  mixed.remove();
}
process.stdout.write(verdict());
