/** The folds for training a probe: which images are used to predict which others. */
import type { Random } from '../statistics/random';
import { stratifiedGroupFolds } from '../statistics/folds';

const FOLDS = 5;
/** One of this many training images is used for validation, which decides when to stop. */
const VALIDATION_PART = 8;
/** With fewer training images, none is set aside for validation. */
const VALIDATION_LEAST = 16;

/** Group of each image; an image without a group gets a group of its own. @param groups −1 for no group */
function wholeGroups(groups: ArrayLike<number> | null, images: number): Int32Array {
  return Int32Array.from({ length: images }, (_, i) => (groups && groups[i]! >= 0 ? images + groups[i]! : i));
}

/**
 * Fold of each image: five stratified folds, or fewer if there are fewer pictures. Duplicates are in the same fold. All
 * are 0 if all images are one picture.
 * @param groups images with equal numbers show one picture; −1 for an image without duplicates
 */
export function probeFolds(labels: Int32Array, groups: ArrayLike<number> | null, random: Random): Int32Array {
  const whole = wholeGroups(groups, labels.length);
  const folds = Math.min(FOLDS, new Set(whole).size);
  return Int32Array.from(stratifiedGroupFolds(labels, whole, Math.max(1, folds), random));
}

/**
 * Divides the images outside a fold into those used for training and those used for validation, which decides when to
 * stop. If there are too few images, all of them are used for both.
 */
export function trainingSplit(
  folds: Int32Array,
  fold: number,
  labels: Int32Array,
  groups: ArrayLike<number> | null,
  random: Random,
): { training: Int32Array; validation: Int32Array } {
  const outside = Int32Array.from(folds.keys()).filter((i) => folds[i] !== fold);
  if (outside.length < VALIDATION_LEAST) return { training: outside, validation: outside };
  const whole = wholeGroups(groups, labels.length);
  const parts = stratifiedGroupFolds(
    outside.map((i) => labels[i]!),
    outside.map((i) => whole[i]!),
    VALIDATION_PART,
    random,
  );
  const validation = outside.filter((_, i) => parts[i] === 0);
  const training = outside.filter((_, i) => parts[i] !== 0);
  return training.length > 0 && validation.length > 0
    ? { training, validation }
    : { training: outside, validation: outside };
}
