import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckFinding, CheckInput, Shard } from '../../../../src/core/checks/check';
import { checks } from '../../../../src/core/checks/index';
import {
  concludeChecks,
  concludeSurveys,
  firstRound,
  mergeFirstRound,
  mergeSecondRound,
  secondRound,
  singleShard,
  withTotals,
} from '../../../../src/core/checks/rounds';
import { pack, unpack } from '../../../../src/engine/shards/packed';
import { plantedSet } from './planted';
import { classes, input } from './rows';

/** What another process reads that was sent these bytes. */
const sent = <T>(value: T): T => unpack(pack(value)) as T;

/** Merges neighbours in some order: `next` is a place among those that are left, 0 to 1. */
function mergedInAnyOrder<T>(parts: readonly T[], merge: (first: T, second: T) => T, next: () => number): T {
  const left = [...parts];
  while (left.length > 1) {
    const at = Math.floor(next() * (left.length - 1));
    left.splice(at, 2, sent(merge(left[at]!, left[at + 1]!)));
  }
  return left[0]!;
}

/** The findings if every shard is read by a process of its own. */
function inShards(whole: CheckInput, cuts: readonly number[], next: () => number): CheckFinding[] {
  const { images, raster, ...found } = whole;
  const edges = [0, ...cuts.map((cut) => Math.round(cut * images.length)).sort((a, b) => a - b), images.length];
  const shards = edges.slice(1).map((to, at): Shard => ({ images: images.slice(edges[at], to), raster }));
  const byId = new Map(images.map((image) => [image.id, image]));
  const first = mergedInAnyOrder(
    shards.map((shard) => sent(firstRound(checks, shard, whole))),
    (a, b) => mergeFirstRound(checks, a, b),
    next,
  );
  const global = withTotals({ ...found, image: (id) => byId.get(id) }, first);
  const surveyed = sent(concludeSurveys(checks, first, global));
  const second = mergedInAnyOrder(
    shards.map((shard) => sent(secondRound(checks, shard, whole, surveyed))),
    (a, b) => mergeSecondRound(checks, a, b),
    next,
  );
  return concludeChecks(checks, global, { first, surveyed, second });
}

/** One seed of each of the two kinds of planted sets. */
const SEEDS = [2, 3];

describe('checks over shards', () => {
  it('all find something in the planted sets, so that the next test covers each of them', () => {
    const found = SEEDS.flatMap((seed) => checks.flatMap(singleShard(plantedSet(seed))));
    const silent = checks.filter(({ id }) => !found.some(({ check }) => check === id)).map(({ id }) => id);
    expect(silent, 'plant a fault for these checks in planted.ts').toEqual([]);
  });

  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  /** Cuts at random places; equal ones make empty shards, and neighbours make shards of one row. */
  const cuts = fc.constantFrom(0, 2, 7).chain((n) => fc.array(place, { minLength: n, maxLength: n }));

  it('find exactly the same however the rows are cut and the partials are merged', () => {
    fc.assert(
      fc.property(fc.nat(1000), cuts, fc.infiniteStream(place), (seed, places, order) => {
        const whole = plantedSet(seed);
        const next = (): number => order.next().value as number;
        expect(inShards(whole, places, next)).toEqual(checks.flatMap(singleShard(whole)));
      }),
      { numRuns: 10, examples: SEEDS.map((seed) => [seed, [0, 0.4, 0.4, 0.4005, 0.403, 0.7, 1], fc.stream(zeros())]) },
    );
  });

  it('find the same with one row in each shard', () => {
    const whole = plantedSet(2);
    const cuts = whole.images.map((_, i) => i / whole.images.length);
    expect(inShards(whole, cuts, () => 0)).toEqual(checks.flatMap(singleShard(whole)));
  });

  it('take nothing that grows from sound images, except for the columns that the checks name', () => {
    const bytes = (images: number): Map<string, number> => {
      const whole = input(
        classes({ cat: images / 4, dog: images / 4 }, 0, () => ({ split: 'train' })).concat(
          classes({ cat: images / 4, dog: images / 4 }, images, () => ({ split: 'test' })),
        ),
      );
      const { parts } = firstRound(checks, whole, whole);
      return new Map(checks.map(({ id }) => [id, pack(parts[id]).length]));
    };
    const [few, many] = [bytes(2000), bytes(4000)];
    const growing = checks.flatMap(({ id }) => {
      const perImage = Math.round((many.get(id)! - few.get(id)!) / 2000);
      return perImage === 0 ? [] : [[id, perImage]];
    });
    expect(growing).toEqual([
      ['odd-size', 8],
      ['split-drift', 56],
      // Up to 100,000 images.
      ['shortcut', 172],
    ]);
  });
});

function* zeros(): Generator<number> {
  for (;;) yield 0;
}
