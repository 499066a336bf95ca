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
import { seededRandom, shuffled } from '../src/core/statistics/random.ts';
import { scratchFolder } from './engine.ts';
import { figure, verdict } from './figures.ts';
import { averagePrecision, byCleanlab, f1, type Kind, pair, type Probed, probed } from './label-verdicts.ts';
import { plantedSets } from './planted.ts';

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
    const theirs = byCleanlab(values.python!, result, wrong);
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
