import type { Check, CheckGlobal } from './check';
import { finding, readable, type Readable, thresholdFact } from './finding';
import { added, fields, mapsOf } from './partials';
import { counted, short } from '../text/numbers';
import { named } from '../text/names';
import { splitRole } from '../dataset/split-names';
import {
  type ChannelSums,
  channelSums,
  channelSumsAdded,
  noChannelSums,
  statisticsOf,
  type Triple,
} from '../images/channel-statistics';

/** The images of one split. */
interface Part {
  readonly images: number;
  readonly sums: ChannelSums;
  /** With more than 8 bits per channel. */
  readonly deep: number;
  readonly grey: number;
}

/** By split; '' for the images without a split. */
type Parts = ReadonlyMap<string, Part>;

const partAdded = fields<Part>({ images: added, sums: channelSumsAdded, deep: added, grey: added });

const list = (channels: Triple): string => channels.map((value) => value.toFixed(4)).join(', ');

function together(parts: Iterable<Part>): Part {
  let all: Part = { images: 0, sums: noChannelSums, deep: 0, grey: 0 };
  for (const part of parts) all = partAdded(all, part);
  return all;
}

function odd(global: CheckGlobal, parts: Parts, trained: Part, base: { mean: Triple; std: Triple }): string[] {
  const reasons: string[] = [];
  for (const split of global.splits) {
    const there = statisticsOf(parts.get(split)?.sums ?? noChannelSums);
    if (!there || splitRole(split) === 0) continue;
    const shift = Math.max(
      ...([0, 1, 2] as const).map((k) => Math.abs(there.mean[k] - base.mean[k]) / Math.max(base.std[k], 1e-6)),
    );
    if (shift > global.thresholds('normalization.drift'))
      reasons.push(`${split} is ${short(shift)} standard deviations away`);
  }
  const { deep, images } = trained;
  if (deep > 0 && deep < images)
    reasons.push(`${counted(deep, 'image')} with more than 8 bits among 8-bit images have another scale`);
  if (Math.max(...base.std) < 0.02) reasons.push('there is almost no contrast to normalize');
  return reasons;
}

export const normalization: Check<Parts> = {
  id: 'normalization',
  title: 'Normalization',
  why: 'Input that is not centred and scaled slows or stops learning. Numbers from another data set shift every picture.',
  how: 'Mean and standard deviation of each channel over the train split (or over all images if there is none), with the same weight for every image. It becomes a warning if the mean of another split is further away than the threshold, in standard deviations.',
  basis: 'images',
  checklist: [],
  thresholds: {
    'normalization.drift': {
      default: 0.5,
      min: 0.05,
      max: 10,
      unit: 'train standard deviations',
      reason:
        'If the channel means of a split are half a standard deviation away from those of the train split, the numbers of the train split do not centre it.',
    },
  },
  version: 1,
  partial({ images }) {
    const parts = new Map<string, Readable[]>();
    for (const image of readable(images)) {
      const part = parts.get(image.split ?? '');
      if (part) part.push(image);
      else parts.set(image.split ?? '', [image]);
    }
    return new Map(
      [...parts].map(([split, all]) => [
        split,
        {
          images: all.length,
          sums: channelSums(all.map(({ facts }) => facts)),
          deep: all.filter(({ facts }) => facts.depth > 8).length,
          grey: all.filter(({ facts }) => facts.channels - (facts.hasAlpha ? 1 : 0) === 1).length,
        },
      ]),
    );
  },
  merge: mapsOf(partAdded),
  conclude(parts, global) {
    const all = together(parts.values());
    const train = together([...parts].flatMap(([split, part]) => (splitRole(split) === 0 ? [part] : [])));
    const trained = train.images > 0 ? train : all;
    const base = statisticsOf(trained.sums);
    if (!base) return [];
    const reasons = odd(global, parts, trained, base);
    const grey = trained.grey === trained.images;
    const numbers = grey
      ? `mean ${base.mean[0].toFixed(4)}, std ${base.std[0].toFixed(4)} (one channel)`
      : `mean (${list(base.mean)}), std (${list(base.std)})`;
    const where = train.images > 0 ? 'the train split' : 'all images';
    return [
      finding({
        check: 'normalization',
        severity: reasons.length > 0 ? 'warning' : 'info',
        scope: 'dataset',
        title: `${reasons.length > 0 ? `One normalization does not fit all: ${named(reasons)}. ` : ''}Normalize with ${numbers} of ${where}, on the 0–1 scale.`,
        remedy:
          'Divide by 255, subtract the mean and divide by the standard deviation. Apply the same numbers in training, validation, test and use. ImageNet’s numbers are for networks trained on ImageNet.',
        score: reasons.length > 0 ? 0.5 : 0.05,
        ...(reasons.length > 0
          ? { thresholdId: 'normalization.drift' as const, threshold: global.thresholds('normalization.drift') }
          : {}),
        evidence: {
          facts: [
            ...(['R', 'G', 'B'] as const).flatMap((name, k) => [
              { name: `mean ${name}`, value: Number((base.mean[k] ?? 0).toFixed(4)) },
              { name: `std ${name}`, value: Number((base.std[k] ?? 0).toFixed(4)) },
            ]),
            { name: 'images', value: trained.images },
            ...(reasons.length > 0 ? [thresholdFact(global, 'normalization.drift')] : []),
          ],
          tables: [
            {
              title: 'By split',
              columns: ['split', 'images', 'mean R, G, B', 'std R, G, B'],
              rows: [null, ...global.splits].flatMap((split) => {
                const part = split === null ? all : parts.get(split);
                const there = part && statisticsOf(part.sums);
                return there ? [[split ?? 'all', part.images, list(there.mean), list(there.std)]] : [];
              }),
            },
          ],
        },
      }),
    ];
  },
};
