import type { ImageFacts } from '../../contract/model/image';
import { type ExactSum, exactSum, exactSumsAdded, roundedSum } from '../statistics/exact-sum';

export type Triple = [number, number, number];

/**
 * Sums over images, from which their statistics follow; one per channel. Exact, so that sums of parts of the images can
 * be added in any order.
 */
export interface ChannelSums {
  readonly images: number;
  readonly means: readonly ExactSum[];
  /** Of the squared means. */
  readonly squares: readonly ExactSum[];
  /** Of the variances within the images. */
  readonly variances: readonly ExactSum[];
}

const channels = [0, 1, 2] as const;

export function channelSums(images: readonly Pick<ImageFacts, 'mean' | 'std'>[]): ChannelSums {
  return {
    images: images.length,
    means: channels.map((channel) => exactSum(images.map(({ mean }) => mean[channel]))),
    squares: channels.map((channel) => exactSum(images.map(({ mean }) => mean[channel] ** 2))),
    variances: channels.map((channel) => exactSum(images.map(({ std }) => std[channel] ** 2))),
  };
}

export const noChannelSums = channelSums([]);

export function channelSumsAdded(first: ChannelSums, second: ChannelSums): ChannelSums {
  const added = (of: (sums: ChannelSums) => readonly ExactSum[]): ExactSum[] =>
    channels.map((channel) => exactSumsAdded(of(first)[channel] ?? [], of(second)[channel] ?? []));
  return {
    images: first.images + second.images,
    means: added(({ means }) => means),
    squares: added(({ squares }) => squares),
    variances: added(({ variances }) => variances),
  };
}

/**
 * Mean and standard deviation of R, G, B over all pixels of the images, on 0–1; null without images. Each image
 * has the same weight, large or small, because training resizes all to one size. The total variance is the mean variance
 * within images plus the variance of their means.
 */
export function statisticsOf({ images, ...sums }: ChannelSums): { mean: Triple; std: Triple } | null {
  if (images === 0) return null;
  const mean: Triple = [0, 0, 0];
  const std: Triple = [0, 0, 0];
  for (const channel of channels) {
    const average = (parts: readonly ExactSum[]): number => roundedSum(parts[channel] ?? []) / images;
    const centre = average(sums.means);
    mean[channel] = centre / 255;
    std[channel] = Math.sqrt(average(sums.variances) + Math.max(0, average(sums.squares) - centre ** 2)) / 255;
  }
  return { mean, std };
}

/** The statistics of these images; see `statisticsOf`. */
export function channelStatistics(
  images: readonly Pick<ImageFacts, 'mean' | 'std'>[],
): { mean: Triple; std: Triple } | null {
  return statisticsOf(channelSums(images));
}
