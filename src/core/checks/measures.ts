/** Measures that the picture checks compare, computed from the facts of one decode. */
import type { MeasuredFacts, Thresholds } from './check';

/**
 * Laplacian variance of a picture without any edge: rounding to whole levels gives (4² + 4 · 1²) / 12 = 1.7, and lossy
 * coding adds a little (measured on blurred JPEG files).
 */
const NOISE = 2;
/** Below this spread (levels) a picture is one colour: rounding to whole levels removes such a small spread. */
const ONE_COLOUR = 0.2;

/**
 * Spread of the channel that varies most, levels 0–128. A pattern of colours with equal lightness counts as contrast
 * too.
 */
export function contrast(facts: Pick<MeasuredFacts, 'std'>): number {
  return Math.max(...facts.std);
}

/** Rec. 601 luma of the mean colour, 0–255. */
export function brightness(facts: MeasuredFacts): number {
  return 0.299 * facts.mean[0] + 0.587 * facts.mean[1] + 0.114 * facts.mean[2];
}

/** √(width × height). */
export function size(facts: MeasuredFacts): number {
  return Math.sqrt(facts.width * facts.height);
}

/** Long side over short side, ≥ 1. */
export function elongation(facts: MeasuredFacts): number {
  return Math.max(facts.width, facts.height) / Math.min(facts.width, facts.height);
}

/**
 * Edge energy relative to contrast: Laplacian variance minus storage noise, divided by luminance variance, both at
 * index size. Independent of exposure, because both grow with contrast². Falls with about σ⁻⁴ for a blur of σ pixels,
 * because natural pictures have power ~ 1/f².
 */
export function sharpness(facts: MeasuredFacts): number {
  const spread = 0.299 * facts.std[0] + 0.587 * facts.std[1] + 0.114 * facts.std[2];
  return Math.max(0, facts.laplacianVariance - NOISE) / Math.max(spread * spread, 1e-6);
}

export type Exposure = 'blank' | 'dark' | 'bright';

/**
 * The one exposure fault of a picture, so that no picture is reported twice for the same fault. A picture of
 * one colour is blank, in any colour. Dark and bright come next. Low contrast in the middle of the range is blank too.
 */
export function exposure(facts: MeasuredFacts, thresholds: Thresholds): Exposure | null {
  const spread = contrast(facts);
  if (spread < Math.min(ONE_COLOUR, thresholds('low-information.contrast'))) return 'blank';
  if (facts.luminance[4] < thresholds('dark.white-level')) return 'dark';
  if (facts.luminance[0] > thresholds('bright.black-level')) return 'bright';
  return spread < thresholds('low-information.contrast') ? 'blank' : null;
}
