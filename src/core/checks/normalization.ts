import type { Check, CheckInput } from './check';
import { finding, readable, type Readable, thresholdFact } from './finding';
import { counted, short } from '../text/numbers';
import { named } from '../text/names';
import { splitRole } from '../dataset/split-names';
import { channelStatistics, type Triple } from '../images/channel-statistics';

const statisticsOf = (images: readonly Readable[]) => channelStatistics(images.map(({ facts }) => facts));

const list = (channels: Triple): string => channels.map((value) => value.toFixed(4)).join(', ');

function odd(input: CheckInput, trained: readonly Readable[], base: { mean: Triple; std: Triple }): string[] {
  const reasons: string[] = [];
  for (const split of input.splits) {
    const images = readable(input.images.filter((image) => image.split === split));
    const there = statisticsOf(images);
    if (!there || splitRole(split) === 0) continue;
    const shift = Math.max(
      ...([0, 1, 2] as const).map((k) => Math.abs(there.mean[k] - base.mean[k]) / Math.max(base.std[k], 1e-6)),
    );
    if (shift > input.thresholds('normalization.drift'))
      reasons.push(`${split} is ${short(shift)} standard deviations away`);
  }
  const deep = trained.filter(({ facts }) => facts.depth > 8).length;
  if (deep > 0 && deep < trained.length)
    reasons.push(`${counted(deep, 'image')} with more than 8 bits among 8-bit images have another scale`);
  if (Math.max(...base.std) < 0.02) reasons.push('there is almost no contrast to normalize');
  return reasons;
}

export const normalization: Check = {
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
  run(input) {
    const all = readable(input.images);
    const train = all.filter((image) => image.split !== null && splitRole(image.split) === 0);
    const trained = train.length > 0 ? train : all;
    const base = statisticsOf(trained);
    if (!base) return [];
    const reasons = odd(input, trained, base);
    const grey = trained.every(({ facts }) => facts.channels - (facts.hasAlpha ? 1 : 0) === 1);
    const numbers = grey
      ? `mean ${base.mean[0].toFixed(4)}, std ${base.std[0].toFixed(4)} (one channel)`
      : `mean (${list(base.mean)}), std (${list(base.std)})`;
    const where = train.length > 0 ? 'the train split' : 'all images';
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
          ? { thresholdId: 'normalization.drift' as const, threshold: input.thresholds('normalization.drift') }
          : {}),
        evidence: {
          facts: [
            ...(['R', 'G', 'B'] as const).flatMap((name, k) => [
              { name: `mean ${name}`, value: Number((base.mean[k] ?? 0).toFixed(4)) },
              { name: `std ${name}`, value: Number((base.std[k] ?? 0).toFixed(4)) },
            ]),
            { name: 'images', value: trained.length },
            ...(reasons.length > 0 ? [thresholdFact(input, 'normalization.drift')] : []),
          ],
          tables: [
            {
              title: 'By split',
              columns: ['split', 'images', 'mean R, G, B', 'std R, G, B'],
              rows: [null, ...input.splits].flatMap((split) => {
                const images = split === null ? all : all.filter((image) => image.split === split);
                const there = statisticsOf(images);
                return there ? [[split ?? 'all', images.length, list(there.mean), list(there.std)]] : [];
              }),
            },
          ],
        },
      }),
    ];
  },
};
