import type { ImageFacts } from '../../contract/model/image';

export type Triple = [number, number, number];

/**
 * Mean and standard deviation of R, G, B over all pixels of these images, on 0–1; null without images. Each image
 * has the same weight, large or small, because training resizes all to one size. The total variance is the mean variance
 * within images plus the variance of their means.
 */
export function channelStatistics(
  images: readonly Pick<ImageFacts, 'mean' | 'std'>[],
): { mean: Triple; std: Triple } | null {
  if (images.length === 0) return null;
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
