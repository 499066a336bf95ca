/** What the picture checks compare, from the facts of one decode. */
import type { ImageFacts } from '../../contract/model/image';
import type { Thresholds } from './check';

/**
 * What the Laplacian of a picture without any edge still varies by: rounding to whole levels gives (4² + 4 · 1²) / 12 =
 * 1.7, lossy coding
 * a little more (measured on blurred JPEG files).
 */
const NOISE = 2;
/** Below this spread (levels) a picture is one colour: rounding to whole levels keeps nothing of it. */
const ONE_COLOUR = 0.2;

/** Spread of the channel that varies most, levels 0–128: a pattern of colours of one lightness counts too. */
export function contrast(facts: ImageFacts): number {
  return Math.max(...facts.std);
}

/** Rec. 601 luma of the mean colour, 0–255. */
export function brightness(facts: ImageFacts): number {
  return 0.299 * facts.mean[0] + 0.587 * facts.mean[1] + 0.114 * facts.mean[2];
}

/** √(width × height). */
export function size(facts: ImageFacts): number {
  return Math.sqrt(facts.width * facts.height);
}

/** Long side over short side, ≥ 1. */
export function elongation(facts: ImageFacts): number {
  return Math.max(facts.width, facts.height) / Math.min(facts.width, facts.height);
}

/**
 * Edge energy for the contrast that there is: Laplacian variance over luminance variance, both at index size, the noise
 * of storing it taken off.
 * Free of exposure (both grow with contrast²); falls with about σ⁻⁴ for a blur of σ pixels, since natural pictures have
 * power ~ 1/f².
 */
export function sharpness(facts: ImageFacts): number {
  const spread = 0.299 * facts.std[0] + 0.587 * facts.std[1] + 0.114 * facts.std[2];
  return Math.max(0, facts.laplacianVariance - NOISE) / Math.max(spread * spread, 1e-6);
}

export type Exposure = 'blank' | 'dark' | 'bright';

/**
 * The one exposure fault of a picture, so that no picture is reported twice for one thing: a single colour is blank,
 * whatever the colour;
 * dark and bright come next; little contrast in the middle of the range is blank again.
 */
export function exposure(facts: ImageFacts, thresholds: Thresholds): Exposure | null {
  const spread = contrast(facts);
  if (spread < Math.min(ONE_COLOUR, thresholds('low-information.contrast'))) return 'blank';
  if (facts.luminance[4] < thresholds('dark.white-level')) return 'dark';
  if (facts.luminance[0] > thresholds('bright.black-level')) return 'bright';
  return spread < thresholds('low-information.contrast') ? 'blank' : null;
}
