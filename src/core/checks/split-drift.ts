import type { ImageFacts } from '../../contract/model/image';
import { splitRole } from '../dataset/split-names';
import { formatOf } from '../images/formats';
import { firstAbove } from '../statistics/quantiles';
import { holm, independence, kolmogorovSmirnov, type TestResult, type WidestGap } from '../statistics/tests';
import type { Check, Tally } from './check';
import { finding, readable, type Readable, thresholdFact } from './finding';
import { brightness, contrast, elongation, sharpness, size } from './measures';
import { added, type NumberColumn, fields, concatenated, mapsOf, talliesAdded, tally, valuesOf } from './partials';
import { named, quoted } from '../text/names';
import { bytes, percent, pixels, precisePercent, short } from '../text/numbers';

/** Splits with fewer readable images are not compared. */
const FEWEST = 20;

interface Feature<T> {
  readonly name: string;
  readonly of: (image: Readable) => T;
}

const categories: readonly Feature<string>[] = [
  { name: 'class', of: (image) => image.className },
  { name: 'file format', of: (image) => formatOf(image.facts.format).name },
  { name: 'colour mode', of: ({ facts }) => modeOf(facts) },
];

interface NumberFeature extends Feature<number> {
  readonly show?: (value: number) => string;
}

const numbers: readonly NumberFeature[] = [
  { name: 'brightness', of: ({ facts }) => brightness(facts) },
  { name: 'contrast', of: ({ facts }) => contrast(facts) },
  { name: 'colourfulness', of: ({ facts }) => facts.colourfulness },
  { name: 'sharpness', of: ({ facts }) => sharpness(facts) },
  { name: 'size', of: ({ facts }) => size(facts), show: pixels },
  { name: 'shape', of: ({ facts }) => (facts.width >= facts.height ? elongation(facts) : 1 / elongation(facts)) },
  { name: 'file size', of: (image) => image.bytes, show: bytes },
];

/**
 * The features of the images of one split. Grows by 56 bytes for each image, if the data set has splits: a column of
 * 8 bytes for each number, because the Kolmogorov–Smirnov test needs all values.
 */
interface Sample {
  readonly images: number;
  /** By feature. */
  readonly categories: ReadonlyMap<string, Tally>;
  readonly numbers: ReadonlyMap<string, NumberColumn>;
}

function sampleOf(images: readonly Readable[]): Sample {
  return {
    images: images.length,
    categories: new Map(categories.map(({ name, of }) => [name, tally(images.map(of))])),
    numbers: new Map(numbers.map(({ name, of }) => [name, [Float64Array.from(images, of)]])),
  };
}

function modeOf(facts: ImageFacts): string {
  return `${facts.colourSpace}, ${facts.channels} channels of ${facts.depth} bits`;
}

interface Comparison extends TestResult {
  readonly feature: string;
  readonly kind: 'share' | 'number';
  /** The texts that the reader sees for the two sides. */
  readonly sides: readonly [string, string];
}

function compareCategories(name: string, [a, b]: readonly [Sample, Sample]): Comparison | null {
  const tallies = [a, b].map((sample) => sample.categories.get(name) ?? new Map<string, number>());
  const values = [...new Set(tallies.flatMap((counts) => [...counts.keys()]))].sort();
  if (values.length < 2) return null;
  const counts = tallies.map((side) => values.map((value) => side.get(value) ?? 0));
  const differing = values
    .map((value, i) => ({
      value,
      shares: [(counts[0]?.[i] ?? 0) / a.images, (counts[1]?.[i] ?? 0) / b.images] as [number, number],
    }))
    .sort((p, q) => Math.abs(q.shares[0] - q.shares[1]) - Math.abs(p.shares[0] - p.shares[1]))[0];
  const shares = differing ? percentsApart(differing.shares) : ['', ''];
  const side = (s: 0 | 1): string => (differing ? `${shares[s]} ${quoted(differing.value)}` : '');
  return { feature: name, kind: 'share', sides: [side(0), side(1)], ...independence(counts) };
}

function compareNumbers({ name, show = short }: NumberFeature, [a, b]: readonly [Sample, Sample]): Comparison {
  const ascending = (sample: Sample): Float64Array => valuesOf(sample.numbers.get(name) ?? []).sort();
  const [x, y] = [ascending(a), ascending(b)];
  const { widest, ...result } = kolmogorovSmirnov(x, y);
  return { feature: name, kind: 'number', sides: numberSides(x, y, widest, show), ...result };
}

/** Two shares, with more decimals where they would otherwise read the same. */
function percentsApart(shares: readonly [number, number]): readonly string[] {
  const plain = shares.map(percent);
  return plain[0] === plain[1] ? shares.map(precisePercent) : plain;
}

/** How much of the widest gap the medians must show. Otherwise the sentence names the shares at the gap. */
const SHOWN_BY_MEDIAN = 0.5;

/** The figure in which two samples differ: the medians, or else the shares up to the value of the widest gap. */
function numberSides(
  x: Float64Array,
  y: Float64Array,
  { at, below }: WidestGap,
  show: (value: number) => string,
): [string, string] {
  const [a, b] = [x, y].map((values) => values[values.length >> 1] ?? 0) as [number, number];
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  const between = [x, y].map((values) => (firstAbove(values, high) - firstAbove(values, low)) / values.length);
  const gap = Math.abs(below[0] - below[1]);
  if (show(a) !== show(b) && Math.max(...between) >= SHOWN_BY_MEDIAN * gap)
    return [`median ${show(a)}`, `median ${show(b)}`];
  const shares = percentsApart(below);
  return [`at most ${show(at)} for ${shares[0]} of the images`, `at most ${show(at)} for ${shares[1]} of the images`];
}

export const splitDrift: Check<ReadonlyMap<string, Sample>> = {
  id: 'split-drift',
  title: 'Different splits',
  why: 'A test is fair only on data like the training data. If the splits differ, the score measures the difference and not the skill of the model.',
  how: 'Each split is compared with the train split (the first split if there is none): χ² (Fisher’s exact test for small 2×2 counts) with Cramér’s V for classes, formats and colour modes, Kolmogorov–Smirnov for brightness, contrast, colourfulness, sharpness, size (the side of a square with as many pixels), shape and file size. A difference is reported if the p-value (Holm’s adjustment over all comparisons) and the effect size both cross their thresholds.',
  basis: 'splits',
  checklist: ['validation'],
  thresholds: {
    'split-drift.level': {
      default: 0.01,
      min: 1e-6,
      max: 0.2,
      unit: 'p after Holm',
      reason: 'All comparisons together cause a false alarm in at most one of a hundred data sets.',
    },
    'split-drift.classes': {
      default: 0.1,
      min: 0.01,
      max: 1,
      unit: 'Cramér’s V',
      reason: 'Cohen’s small effect. Below it, the shares of classes or formats differ by only a few points.',
    },
    'split-drift.numbers': {
      default: 0.2,
      min: 0.02,
      max: 1,
      unit: 'Kolmogorov–Smirnov D',
      reason: 'D = 0.2: a fifth of the images would have to change for the splits to look alike.',
    },
  },
  version: 3,
  partial({ images }, { splits }) {
    const all = readable(images);
    return new Map(splits.map((name) => [name, sampleOf(all.filter(({ split }) => split === name))]));
  },
  merge: mapsOf(
    fields<Sample>({ images: added, categories: mapsOf(talliesAdded), numbers: mapsOf<NumberColumn>(concatenated) }),
  ),
  conclude(samples, global) {
    const splits = global.splits
      .map((name) => ({ name, sample: samples.get(name)! }))
      .filter(({ sample }) => sample.images >= FEWEST);
    const base = splits.find(({ name }) => splitRole(name) === 0) ?? splits[0];
    if (!base) return [];
    const pairs = splits
      .filter((split) => split !== base)
      .map((split) => ({
        split,
        comparisons: [
          ...categories.flatMap(({ name }) => compareCategories(name, [base.sample, split.sample]) ?? []),
          ...numbers.map((feature) => compareNumbers(feature, [base.sample, split.sample])),
        ],
      }));
    const adjusted = holm(pairs.flatMap(({ comparisons }) => comparisons.map(({ p }) => p)));
    let next = 0;
    return pairs.flatMap(({ split, comparisons }) => {
      const judged = comparisons.map((comparison) => {
        const thresholdId =
          comparison.kind === 'share' ? ('split-drift.classes' as const) : ('split-drift.numbers' as const);
        const p = adjusted[next++] ?? 1;
        return {
          ...comparison,
          thresholdId,
          p,
          drifts: p < global.thresholds('split-drift.level') && comparison.effect >= global.thresholds(thresholdId),
        };
      });
      const drifting = judged.filter(({ drifts }) => drifts).sort((a, b) => b.effect - a.effect);
      const [worst] = drifting;
      if (!worst) return [];
      return [
        finding({
          check: 'split-drift',
          about: split.name,
          severity: 'warning',
          scope: 'split',
          title: `${base.name} and ${split.name} differ in ${named(drifting.map(({ feature }) => feature))}${drifting.length === 1 ? ':' : `; ${worst.feature}:`} ${worst.sides[0]} in ${base.name}, ${worst.sides[1]} in ${split.name}.`,
          remedy:
            'If both should come from one source, mix them and split again, stratified by class (the export does this). If the difference is intended (another camera, another year), report it together with the score and do not tune on that split.',
          score: worst.effect,
          value: worst.effect,
          threshold: global.thresholds(worst.thresholdId),
          thresholdId: worst.thresholdId,
          splits: [base.name, split.name],
          images: [],
          evidence: {
            facts: [
              { name: 'features that drift', value: drifting.length, unit: `of ${judged.length}` },
              thresholdFact(global, worst.thresholdId),
            ],
            tables: [
              {
                title: `${base.name} against ${split.name}`,
                columns: ['feature', 'drifts', 'effect', 'measure', 'p (Holm)', base.name, split.name],
                rows: judged.map(({ feature, drifts, effect, test, kind, p, sides }) => [
                  feature,
                  drifts ? 'yes' : 'no',
                  Number(effect.toFixed(3)),
                  kind === 'share' ? `Cramér’s V (${test})` : 'Kolmogorov–Smirnov D',
                  p < 1e-4 ? '< 0.0001' : Number(p.toFixed(4)),
                  ...sides,
                ]),
              },
            ],
          },
        }),
      ];
    });
  },
};
