import type { ImageFacts } from '../../contract/model/image';
import { json, type ExportFormat } from './format';
import { rolesOf } from './training';

type Triple = [number, number, number];

/**
 * Mean and standard deviation of R, G, B over all pixels of these images, each image weighing the same whatever its
 * size, because training
 * resizes them to one size. On 0–1. The total variance is the mean variance within images plus the variance of their
 * means.
 */
export function channelStatistics(images: readonly Pick<ImageFacts, 'mean' | 'std'>[]): { mean: Triple; std: Triple } {
  const mean: Triple = [0, 0, 0];
  const std: Triple = [0, 0, 0];
  for (const channel of [0, 1, 2] as const) {
    let sum = 0;
    for (const image of images) sum += image.mean[channel];
    const centre = sum / images.length;
    let squares = 0;
    for (const image of images) squares += image.std[channel] ** 2 + (image.mean[channel] - centre) ** 2;
    mean[channel] = centre / 255;
    std[channel] = Math.sqrt(squares / images.length) / 255;
  }
  return { mean, std };
}

/** Less would blow noise up to signal: one grey level. */
const LEAST_STD = 1 / 255;

export const normalizationFile: ExportFormat = {
  id: 'normalization.json',
  *files({ files, splits }) {
    const { train } = rolesOf({ splits, files });
    const facts = files.flatMap((file) =>
      file.split === train && file.image.facts !== null ? [file.image.facts] : [],
    );
    const { mean, std } =
      facts.length === 0 ? { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } : channelStatistics(facts);
    const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(6)));
    yield [
      'normalization.json',
      json({
        scale: '0-1',
        channels: 'RGB',
        split: train,
        images: facts.length,
        mean: rounded(mean),
        std: rounded(std.map((value) => Math.max(LEAST_STD, value))),
      }),
    ];
  },
};
