/** Every number that a check compares with, once. A user may change each; a finding names the one that it crossed. */
import type { CheckId } from '../../contract/model/finding';

export interface ThresholdSpec {
  readonly check: CheckId;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  /** One sentence: why this number. */
  readonly reason: string;
}

export const thresholdTable = {
  'odd-mode.minority': {
    check: 'odd-mode',
    default: 0.5,
    min: 0,
    max: 1,
    unit: 'share',
    reason: 'Grey images among colour ones are odd while they are the smaller part; from half on the colour ones are.',
  },
  'odd-size.spread': {
    check: 'odd-size',
    default: 3,
    min: 1,
    max: 20,
    unit: 'interquartile ranges of log size',
    reason:
      'Tukey’s far-out fence on the logarithm of √(width × height), which cannot fall below zero as a fence on pixels does; the range counts as at least ⅔ octave, so that equal sizes need a factor of 4.',
  },
  'odd-aspect.ratio': {
    check: 'odd-aspect',
    default: 5,
    min: 1.2,
    max: 100,
    unit: 'long side / short side',
    reason:
      'Squeezed to a square, a picture five times as long as high keeps a fifth of its detail along the long side; panoramas and banners of 4:1 are common.',
  },
  'dark.white-level': {
    check: 'dark',
    default: 32,
    min: 1,
    max: 255,
    unit: 'of 255',
    reason:
      'If 99 of 100 pixels lie in the darkest eighth of the range, nothing in the picture was lit; a night scene or a dark object still has lights or highlights.',
  },
  'bright.black-level': {
    check: 'bright',
    default: 233,
    min: 0,
    max: 254,
    unit: 'of 255',
    reason:
      'If 99 of 100 pixels lie in the brightest twelfth of the range, highlights and shadows have both washed out; a drawing on white paper still has dark lines.',
  },
  'blurry.sharpness': {
    check: 'blurry',
    default: 0.012,
    min: 0,
    max: 2,
    unit: 'Laplacian variance / luminance variance',
    reason:
      'An edge blurred by σ pixels loses this energy with about σ⁻⁴: at index size (≤ 256 px) 98 of 100 sharp photographs lie above 0.03, and those blurred by 1.5 % of the long side or more below 0.01.',
  },
  'low-information.contrast': {
    check: 'low-information',
    default: 1.5,
    min: 0,
    max: 60,
    unit: 'levels (standard deviation)',
    reason: 'Below one or two levels of spread a picture is one colour and rounding noise.',
  },
  'near-duplicate.similarity': {
    check: 'near-duplicate',
    default: 0.96,
    min: 0.9,
    max: 1,
    unit: 'correlation',
    reason:
      'Measured on planted copies: re-encoded, resized, cropped and mirrored ones correlate above 0.96 after alignment, different pictures below.',
  },
  'near-duplicate.detail': {
    check: 'near-duplicate',
    default: 0.85,
    min: 0,
    max: 1,
    unit: 'correlation of fine detail',
    reason:
      'Pictures with one big step or gradient (a door in a wall, the digit 1) correlate without being alike in detail: 98 of 100 copies lie above 0.9 there, such pairs at 0.2–0.8.',
  },
  'near-duplicate.patch': {
    check: 'near-duplicate',
    default: 0.5,
    min: 0.02,
    max: 10,
    unit: 'standard deviations, over a patch of 1/8 of the side',
    reason:
      'Copies differ a little everywhere, at most 0.5 where a crop is hard to align; two flags or two clocks of one drawing are equal but for one place, where they differ by 0.5–2.',
  },
  'near-duplicate.turned': {
    check: 'near-duplicate',
    default: 0.99,
    min: 0.9,
    max: 1,
    unit: 'correlation',
    reason:
      'Mirrored and turned copies are made without cropping and fit almost exactly; tiles, signs and letters with a symmetry look like themselves turned, up to 0.988.',
  },
  'near-duplicate.colour': {
    check: 'near-duplicate',
    default: 0.35,
    min: 0.02,
    max: 2,
    unit: 'colour difference / colourfulness',
    reason:
      'Copies stay below 0.2; the same drawing in another colour (a red and a blue heart) lies above 0.5 and often is another class.',
  },
  'near-duplicate.clearance': {
    check: 'near-duplicate',
    default: 0.2,
    min: 0.02,
    max: 1,
    unit: 'share of the distance to the sixth other neighbour',
    reason:
      'Where all pictures look alike (digits, icons) two are the same only if they are far closer to each other than to their neighbourhood.',
  },
  'class-imbalance.warning': {
    check: 'class-imbalance',
    default: 3,
    min: 1.1,
    max: 1000,
    unit: 'largest class / this class',
    reason: 'At 3:1 always answering the larger class is right three times in four, and a CNN may settle there first.',
  },
  'class-imbalance.error': {
    check: 'class-imbalance',
    default: 9,
    min: 1.1,
    max: 10_000,
    unit: 'largest class / this class',
    reason:
      'At 9:1 always answering the larger class is right nine times in ten, and a CNN trained without weights often learns just that.',
  },
  'tiny-class.warning': {
    check: 'tiny-class',
    default: 20,
    min: 1,
    max: 10_000,
    unit: 'images',
    reason:
      'With fewer, a split of 60/20/20 leaves less than four images to validate on, and recall moves in steps of a quarter or more.',
  },
  'tiny-class.error': {
    check: 'tiny-class',
    default: 5,
    min: 1,
    max: 10_000,
    unit: 'images',
    reason: 'Below five images a class cannot have one in a 20 % part.',
  },
  'tiny-class.split': {
    check: 'tiny-class',
    default: 5,
    min: 1,
    max: 10_000,
    unit: 'images in the split',
    reason: 'Recall over fewer than five images says almost nothing: one image is 20 points or more.',
  },
  'tiny-dataset.warning': {
    check: 'tiny-dataset',
    default: 200,
    min: 1,
    max: 1_000_000,
    unit: 'images',
    reason:
      'A CNN trained from scratch on fewer images remembers them all; accuracy on 20 % of them has an interval of ±15 points.',
  },
  'tiny-dataset.error': {
    check: 'tiny-dataset',
    default: 30,
    min: 1,
    max: 1_000_000,
    unit: 'images',
    reason: 'Six images to validate on cannot tell chance from skill.',
  },
  'low-variance.spread': {
    check: 'low-variance',
    default: 0.1,
    min: 0,
    max: 1,
    unit: 'share of the spread over all images',
    reason:
      'A class whose pictures differ a tenth as much as pictures of the data set do is one picture with noise; simple classes (icons of one kind, the digit 1) lie above 0.3.',
  },
  'low-variance.duplicates': {
    check: 'low-variance',
    default: 0.5,
    min: 0.05,
    max: 1,
    unit: 'share of images that repeat another',
    reason: 'If half of a class repeats other pictures of it, it is half as large as it looks.',
  },
  'split-drift.level': {
    check: 'split-drift',
    default: 0.01,
    min: 1e-6,
    max: 0.2,
    unit: 'p after Holm',
    reason: 'All comparisons together may raise a false alarm once in a hundred data sets.',
  },
  'split-drift.classes': {
    check: 'split-drift',
    default: 0.1,
    min: 0.01,
    max: 1,
    unit: 'Cramér’s V',
    reason: 'Cohen’s small effect: below it shares of classes or formats differ by a few points only.',
  },
  'split-drift.numbers': {
    check: 'split-drift',
    default: 0.2,
    min: 0.02,
    max: 1,
    unit: 'Kolmogorov–Smirnov D',
    reason: 'D = 0.2: a fifth of the images would have to change for the splits to look alike.',
  },
  'shortcut.warning': {
    check: 'shortcut',
    default: 0.25,
    min: 0.02,
    max: 1,
    unit: 'skill above the majority baseline (0–1)',
    reason:
      'A file property that closes a quarter of the gap between guessing and knowing is worth more to a CNN early on than most of the picture.',
  },
  'shortcut.error': {
    check: 'shortcut',
    default: 0.6,
    min: 0.02,
    max: 1,
    unit: 'skill above the majority baseline (0–1)',
    reason: 'A file property that tells most labels by itself makes accuracy say nothing about the pictures.',
  },
  'shortcut.content': {
    check: 'shortcut',
    default: 0.6,
    min: 0.02,
    max: 1,
    unit: 'skill above the majority baseline (0–1)',
    reason:
      'Brightness belongs to the subject too (snow is bright), so that only a near complete giveaway is worth a warning.',
  },
  'normalization.drift': {
    check: 'normalization',
    default: 0.5,
    min: 0.05,
    max: 10,
    unit: 'train standard deviations',
    reason:
      'A split whose channel means lie half a standard deviation from the train split is not centred by the train split’s numbers.',
  },
  'label-error.wrong': {
    check: 'label-error',
    default: 0.5,
    min: 0.01,
    max: 1,
    unit: 'probability that the label is wrong',
    reason: 'From one half on the label is more likely wrong than right.',
  },
  'outlier.fence': {
    check: 'outlier',
    default: 3,
    min: 0.5,
    max: 20,
    unit: 'interquartile ranges above the third quartile',
    reason:
      'Tukey’s far-out fence on the logarithm of the distance to the nearest neighbours: in a normal distribution one in 400,000 lies beyond it.',
  },
  'class-overlap.share': {
    check: 'class-overlap',
    default: 0.1,
    min: 0.01,
    max: 1,
    unit: 'share of the smaller class',
    reason:
      'If a tenth of a class is confidently the other one, either labels were mixed up between the two or pictures cannot tell them apart.',
  },
} as const satisfies Record<string, ThresholdSpec>;

export type ThresholdId = keyof typeof thresholdTable;
export type Thresholds = Readonly<Record<ThresholdId, number>>;

export const thresholdIds = Object.keys(thresholdTable) as ThresholdId[];

export function isThresholdId(id: string): id is ThresholdId {
  return Object.hasOwn(thresholdTable, id);
}

/**
 * Defaults with the user's changes, each clamped to its range; unknown ids and values that are no number are left out.
 */
export function thresholdsWith(overrides: Readonly<Record<string, number>> = {}): Thresholds {
  const values = Object.fromEntries(thresholdIds.map((id) => [id, thresholdTable[id].default])) as Record<
    ThresholdId,
    number
  >;
  for (const [id, value] of Object.entries(overrides)) {
    if (!isThresholdId(id) || Number.isNaN(value)) continue;
    values[id] = Math.min(thresholdTable[id].max, Math.max(thresholdTable[id].min, value));
  }
  return values;
}
