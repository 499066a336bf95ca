/**
 * Label verdicts on real photographs, with planted errors and with people's own:
 * `node bench/photos.ts FOLDER [set …] [--python PYTHON]`. FOLDER contains each set beside its `<set>.truth.json`.
 * PYTHON with cleanlab judges the same labels from the same probabilities. Exits with 1 if a target is missed.
 */
import { parseArgs } from 'node:util';
import { figure, verdict } from './figures.ts';
import { averagePrecision, byCleanlab, f1, pair, probed, three } from './label-verdicts.ts';
import { plantedSets } from './planted.ts';

interface Targets {
  readonly ap: number;
  /** Of the flagged labels, the share that is wrong. */
  readonly precision: number;
  readonly f1?: number;
  /** Errors of people gather on pictures that look like the wrong class: the count is a lower bound. */
  readonly people?: true;
}

const TARGETS: Readonly<Record<string, Targets>> = {
  people_aggre: { ap: 0.41, precision: 0.8, people: true },
  people_random2: { ap: 0.63, precision: 0.8, people: true },
  people_random3: { ap: 0.63, precision: 0.8, people: true },
  clothing_sym10: { ap: 0.83, precision: 0.5 },
  clothing_asym20: { ap: 0.8, precision: 0.5 },
};
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
  const target = TARGETS[name] ?? { ap: 0, precision: 0.5 };
  const ap = averagePrecision(result.images, wrong);
  const found = flagged.filter((path) => wrong.has(path)).length;
  const precision = flagged.length === 0 ? 1 : found / flagged.length;
  const f = f1(flagged, wrong);
  figure(
    `${name}: AP / F1`,
    pair(ap, f),
    `≥ ${pair(target.ap, target.f1 ?? 0)}`,
    ap >= target.ap && f >= (target.f1 ?? 0),
    note,
  );
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
verdict();
