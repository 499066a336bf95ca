/**
 * Whether the interval of the number of wrong labels holds: `node bench/coverage.ts FOLDER [set …]`. FOLDER contains
 * clean sets (their `<set>.truth.json` lists no wrong labels). Labels are changed at random, evenly and by pair, at
 * several rates; each changed copy is probed. Exits with 1 if the interval holds in fewer than nine of ten runs.
 */
import { linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../src/core/statistics/random.ts';
import { scratchFolder } from './engine.ts';
import { figure, verdict } from './figures.ts';
import { probed } from './label-verdicts.ts';
import { plantedSets } from './planted.ts';

const RATES = [0, 0.02, 0.05, 0.1, 0.2, 0.4];
const HOLDS = 0.9;

type Corrupt = (truth: number, classes: number, random: () => number) => number;
const KINDS: Readonly<Record<string, (rate: number) => Corrupt>> = {
  even: (rate) => (k, classes, random) =>
    random() < rate ? (k + 1 + Math.floor(random() * (classes - 1))) % classes : k,
  /** Every other class loses twice the rate to the next. */
  pair: (rate) => (k, classes, random) => (k % 2 === 0 && random() < 2 * rate ? (k + 1) % classes : k),
};

/** Class folders of links to the files of another set. @returns how many labels were changed */
function changedCopy(root: string, target: string, corrupt: Corrupt, seed: number): number {
  const random = seededRandom(seed);
  const classes = readdirSync(root).sort();
  for (const name of classes) mkdirSync(join(target, name), { recursive: true });
  let changed = 0;
  classes.forEach((name, k) => {
    for (const file of readdirSync(join(root, name)).sort()) {
      const given = corrupt(k, classes.length, random);
      if (given !== k) changed += 1;
      linkSync(join(root, name, file), join(target, classes[given]!, `${k}_${file}`));
    }
  });
  return changed;
}

const { positionals } = parseArgs({ allowPositionals: true });
const [folder, ...only] = positionals;
if (folder === undefined) throw new Error('usage: node bench/coverage.ts FOLDER [set …]');
let [held, runs] = [0, 0];
for (const { name, root } of plantedSets(folder)) {
  if (!only.includes(name)) continue;
  for (const rate of RATES)
    for (const [kind, of] of Object.entries(KINDS)) {
      if (kind === 'pair' && (rate === 0 || rate === 0.4)) continue;
      const copy = scratchFolder('coverage');
      const wrong = changedCopy(root, copy.path, of(rate), Math.round(rate * 100) + 1);
      const { estimate, images } = await probed(copy.path, 'instant');
      copy.remove();
      if (estimate === null) continue;
      const holds = estimate.low <= wrong && wrong <= estimate.high;
      runs += 1;
      if (holds) held += 1;
      const flagged = images.filter((image) => image.issue).length;
      figure(
        `${name}, ${100 * rate} % ${kind}: wrong labels`,
        `${Math.round(estimate.expected)} (${Math.round(estimate.low)}–${Math.round(estimate.high)})`,
        null,
        true,
        `${wrong} planted${holds ? '' : ', not in the interval'}; ${flagged} flagged`,
      );
    }
}
figure('the interval holds', `${held} of ${runs}`, `≥ ${100 * HOLDS} %`, held >= HOLDS * runs);
process.stdout.write(verdict());
