import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { combinePredictions } from '../../../../src/core/labels/combination';
import { groupLists } from '../../../../src/core/labels/copies';
import { judgeLabels } from '../../../../src/core/labels/verdicts';
import { seededRandom } from '../../../../src/core/statistics/random';
import { readDigits, side } from '../../../../src/engine/samples/digits';
import { BasisRidge } from '../../../../src/engine/training/instant/basis-ridge';
import { landmarkIndices } from '../../../../src/engine/training/instant/landmarks';
import { chosenPenalties, PENALTIES, USUAL_PENALTY } from '../../../../src/engine/training/instant/penalties';
import type { PlanState, Sources } from '../../../../src/engine/training/instant/plan';
import { trainingWeights } from '../../../../src/engine/training/instant/ridge';
import { oneHot } from '../../../../src/engine/training/instant/rounds';
import { memoryRows } from '../../../../src/engine/training/instant/rows';
import { planProbe, ProbeShard } from '../../../../src/engine/training/instant/shards';
import { moved, probedInRanges } from '../../support/probe-ranges';

const EACH = 70;
const CLASSES = 10;
const LANDMARKS = 150;
const WRONG = 0.1;
/** More than are trained on. */
const LARGEST_GROUP = 205;
const RASTER = 64;
/** Sums in another order differ by less than the last digit of 32 bits, in which scores are kept. */
const FURTHEST = 1e-6;

async function madeSet() {
  const digits = (await readDigits(EACH)).flatMap((pictures, digit) => pictures.map((pixels) => ({ digit, pixels })));
  const random = seededRandom(5);
  const pictures = digits.map((one) => ({ ...one, group: -1 }));
  const copy = (at: number, group: number, times: number): void => {
    pictures[at]!.group = group;
    for (let i = 0; i < times; i++) pictures.push({ ...pictures[at]! });
  };
  for (let group = 0; group < 60; group++) copy(group * 11, group, group % 3 === 0 ? 2 : 1);
  copy(5, 60, LARGEST_GROUP - 1);
  // Mixed, so that the members of a group are in several ranges.
  const order = pictures.map((picture) => ({ picture, key: random() })).sort((a, b) => a.key - b.key);
  const mixed = order.map(({ picture }) => picture);
  const labels = Int32Array.from(mixed, ({ digit }) =>
    random() < WRONG ? (digit + 1 + Math.floor(random() * 9)) % CLASSES : digit,
  );
  const rasters = mixed.map(({ pixels }) => {
    const out = new Uint8Array(RASTER * RASTER * 3);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        out.fill(pixels[y * side + x]!, ((y + 18) * RASTER + x + 18) * 3).fill(0, ((y + 18) * RASTER + x + 19) * 3);
    return out;
  });
  const sizes = new Int32Array(mixed.length).fill(side);
  const sources: Sources = {
    rasters: (indices) => Promise.resolve(Buffer.concat(Array.from(indices, (i) => rasters[i]!))),
    embeddings: () => Promise.reject(new Error('not asked for')),
  };
  const images = {
    widths: sizes,
    heights: sizes,
    labels,
    groups: Int32Array.from(mixed, ({ group }) => group),
    classes: CLASSES,
  };
  return { images, sources, digits: Int32Array.from(mixed, ({ digit }) => digit) };
}

const step = () => Promise.resolve();
let set: Awaited<ReturnType<typeof madeSet>>;
let plan: PlanState;
let scratch: string;

/** By the number of ranges: each takes seconds. */
const known = new Map<number, ReturnType<typeof probe>>();

function probedIn(ranges: number): ReturnType<typeof probe> {
  const found = known.get(ranges) ?? probe(ranges);
  known.set(ranges, found);
  return found;
}

async function probe(ranges: number) {
  const { images, sources } = set;
  const { rounds, firstScores, penalty } = await probedInRanges({ images, sources, plan }, ranges, scratch);
  const probabilities = rounds[0]!.probabilities;
  const truth = rounds.map((round) => round.truth).reduce(combinePredictions);
  const verdicts = judgeLabels({ probabilities, truth, labels: images.labels, classes: CLASSES }, images);
  return {
    rounds,
    probabilities,
    truth,
    firstScores,
    penalty,
    flags: verdicts.flags,
    joint: verdicts.joint.calibrated,
  };
}

const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe('the instant probe in ranges', () => {
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'plumbline-ranges-'));
    set = await madeSet();
    const input = { ...set.images, seed: 1, seconds: 0.1, layers: null, source: 'pretrained' as const };
    const marks = landmarkIndices(set.images.labels.length, LANDMARKS);
    plan = moved((await planProbe(input, set.sources, step, marks)).state);
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  it('gives the same probabilities, flagged images and counts in 1, 3 and 8 ranges', async () => {
    const one = await probedIn(1);
    expect(one.rounds).toHaveLength(2);
    const wrong = set.digits.reduce((sum, digit, i) => sum + (digit === set.images.labels[i] ? 0 : 1), 0);
    const found = set.digits.reduce((sum, digit, i) => sum + (digit !== set.images.labels[i] ? one.flags[i]! : 0), 0);
    expect(found / wrong).toBeGreaterThan(0.8);
    for (const ranges of [3, 8]) {
      const several = await probedIn(ranges);
      expect(several.penalty).toBe(one.penalty);
      expect(furthest(several.probabilities, one.probabilities)).toBeLessThan(FURTHEST);
      expect(furthest(several.truth, one.truth)).toBeLessThan(FURTHEST);
      expect(several.flags).toEqual(one.flags);
      expect(several.joint).toEqual(one.joint);
    }
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('gives the same probabilities with the pretrained network as one more view', async () => {
    const width = CLASSES + 2;
    const layers = [{ name: 'final', width }];
    // Every eleventh image has no values.
    const embeddings = (indices: Int32Array): Promise<Float32Array> =>
      Promise.resolve(
        Float32Array.from(
          [...indices].flatMap((i) => {
            const random = seededRandom(i + 1);
            return Array.from({ length: width }, (_, k) =>
              i % 11 === 0 ? NaN : random() + (k === set.digits[i] ? 1 : 0),
            );
          }),
        ),
      );
    // Small grey pictures would not be photographs.
    const sizes = new Int32Array(set.digits.length).fill(RASTER);
    const [images, sources] = [
      { ...set.images, widths: sizes, heights: sizes },
      { ...set.sources, embeddings },
    ];
    const input = { ...images, seed: 1, seconds: 0.1, layers, source: 'pretrained' as const };
    const marks = landmarkIndices(sizes.length, LANDMARKS);
    const { state, choices } = await planProbe(input, sources, step, marks);
    expect(choices.pretrained).toBe('used');
    const probed = (ranges: number) => probedInRanges({ images, sources, plan: moved(state) }, ranges, scratch);
    const one = await probed(1);
    for (const ranges of [3, 8]) {
      const several = await probed(ranges);
      expect(several.rounds).toHaveLength(one.rounds.length);
      for (const [at, round] of several.rounds.entries()) {
        expect(furthest(round.probabilities, one.rounds[at]!.probabilities)).toBeLessThan(FURTHEST);
        expect(furthest(round.truth, one.rounds[at]!.truth)).toBeLessThan(FURTHEST);
      }
    }
  });

  it('scores like one process that has all rows', async () => {
    const { images, sources } = set;
    const count = images.labels.length;
    const store = memoryRows(new Float32Array(count * LANDMARKS), LANDMARKS);
    await new ProbeShard(images, 0, count).kernel(plan, sources, store, step);
    const groups = groupLists(images.groups);
    const ridge = new BasisRidge(store, plan.nystrom, trainingWeights(count, groups), groups);
    const targets = oneHot(images.labels, CLASSES);
    const errors = PENALTIES.map((penalty) => ridge.leaveOneOut(targets, penalty).error);
    const chosen = await chosenPenalties(Float64Array.from(errors), USUAL_PENALTY);
    const scores = chosen.map((index) => ridge.leaveOneOut(targets, PENALTIES[index]!).scores);
    const mean = scores[0]!.map((_, i) => scores.reduce((sum, one) => sum + one[i]!, 0) / scores.length);
    expect(furthest((await probedIn(3)).firstScores, mean)).toBeLessThan(FURTHEST);
  });
});
