/**
 * Label verdicts on real photographs, with planted errors and with people's own:
 * `node bench/photos.ts FOLDER [set …] [--python PYTHON]`. FOLDER contains each set beside its `<set>.truth.json`.
 * Targets depend on whether set-up has fetched the pretrained network. PYTHON with cleanlab judges the same labels from the same probabilities. Exits with 1 if a target is missed.
 */
import { parseArgs } from 'node:util';
import { figure, verdict } from './figures.ts';
import { averagePrecision, byCleanlab, f1, pair, probed, three } from './label-verdicts.ts';
import { plantedSets } from './planted.ts';
import { installedBackbone } from '../src/engine/process/backbone.ts';

interface Targets {
  /** Average precision with the pretrained network, and without. */
  readonly ap: readonly [number, number];
  readonly f1: readonly [number, number];
  /** Of the flagged labels, the share that is wrong. */
  readonly precision: number;
  /** Errors of people gather on pictures that look like the wrong class: the count is a lower bound. */
  readonly people?: true;
}

const PEOPLE = { f1: [0, 0], precision: 0.8, people: true } as const;
const TARGETS: Readonly<Record<string, Targets>> = {
  people_aggre: { ap: [0.6, 0.41], ...PEOPLE },
  people_random2: { ap: [0.8, 0.63], ...PEOPLE },
  people_random3: { ap: [0.8, 0.63], ...PEOPLE },
  clothing_sym10: { ap: [0.95, 0.8], f1: [0.88, 0.6], precision: 0.5 },
  clothing_asym20: { ap: [0.95, 0.8], f1: [0.75, 0.7], precision: 0.5 },
};
const network = installedBackbone() === null ? 1 : 0;
/** Sets with next to no wrong labels: largest share of flagged labels and of the count's upper end, in per cent. */
const CLEAN = { people_true: { flagged: 1, high: 3 }, clothing: { flagged: 1, high: 3 } } as const;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { python: { type: 'string' } } });
const [folder, ...only] = positionals;
if (folder === undefined) throw new Error('usage: node bench/photos.ts FOLDER [set …] [--python PYTHON]');

for (const { name, root, truth } of plantedSets(folder)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const result = await probed(root, 'instant');
  const wrong = new Set((truth.label_noise ?? []).map(({ path }) => path));
  const flagged = result.images.filter((image) => image.issue).map((image) => image.path);
  const { estimate } = result;
  const images = Math.max(1, result.images.length);
  const count =
    estimate === null
      ? 'withheld'
      : `${Math.round(estimate.expected)} (${Math.round(estimate.low)}–${Math.round(estimate.high)})`;
  const note = `balanced accuracy ${three(result.balancedAccuracy)}, ${result.seconds.toFixed(0)} s`;
  const clean = name in CLEAN ? CLEAN[name as keyof typeof CLEAN] : null;
  if (wrong.size === 0) {
    const [share, high] = [(100 * flagged.length) / images, (100 * (estimate?.high ?? 0)) / images];
    const [mostFlagged, mostHigh] = [clean?.flagged ?? 100, clean?.high ?? 100];
    figure(`${name}: flagged`, `${share.toFixed(2)} %`, `≤ ${mostFlagged} %`, share <= mostFlagged, note);
    figure(`${name}: count's upper end`, `${high.toFixed(2)} %`, `≤ ${mostHigh} %`, high <= mostHigh, count);
    continue;
  }
  const target = TARGETS[name] ?? { ap: [0, 0], f1: [0, 0], precision: 0.5 };
  const [leastAp, leastF1] = [target.ap[network], target.f1[network]];
  const ap = averagePrecision(result.images, wrong);
  const found = flagged.filter((path) => wrong.has(path)).length;
  const precision = flagged.length === 0 ? 1 : found / flagged.length;
  const f = f1(flagged, wrong);
  figure(`${name}: AP / F1`, pair(ap, f), `≥ ${pair(leastAp, leastF1)}`, ap >= leastAp && f >= leastF1, note);
  figure(
    `${name}: precision`,
    three(precision),
    `≥ ${target.precision}`,
    precision >= target.precision,
    `${flagged.length} flagged`,
  );
  const [low, high] = [estimate?.low ?? 0, estimate?.high ?? images];
  const held = low <= wrong.size && (target.people === true || wrong.size <= high);
  figure(`${name}: wrong labels`, count, target.people ? `${wrong.size} or less` : String(wrong.size), held);
  if (values.python === undefined || result.images.length !== result.outputs.labels.length) continue;
  const theirs = byCleanlab(values.python, result, wrong);
  figure(
    `${name}: AP against cleanlab on the same P`,
    (ap / theirs.ap).toFixed(2),
    '≥ 1',
    ap >= theirs.ap,
    pair(theirs.ap, theirs.f1),
  );
}
process.stdout.write(verdict());
