/** The folds of a probe that is trained: who predicts whom. */
import type { Random } from '../statistics/random';
import { stratifiedGroupFolds } from '../statistics/folds';

const FOLDS = 5;
/** One in so many training images judges when to stop. */
const VALIDATION_PART = 8;
/** With fewer training images there is none to spare. */
const VALIDATION_LEAST = 16;

/** Group of each image in which images alone are groups of one. @param groups −1 stands alone */
function wholeGroups(groups: ArrayLike<number> | null, images: number): Int32Array {
  return Int32Array.from({ length: images }, (_, i) => (groups && groups[i]! >= 0 ? images + groups[i]! : i));
}

/**
 * Fold of each image: five stratified ones, fewer where there are fewer pictures; duplicates share theirs. All 0 where
 * everything is one picture.
 * @param groups equal numbers are one picture; −1 stands alone
 */
export function probeFolds(labels: Int32Array, groups: ArrayLike<number> | null, random: Random): Int32Array {
  const whole = wholeGroups(groups, labels.length);
  const folds = Math.min(FOLDS, new Set(whole).size);
  return Int32Array.from(stratifiedGroupFolds(labels, whole, Math.max(1, folds), random));
}

/**
 * The images outside a fold: those trained on, and those that judge when to stop. The latter are the former where there
 * are too few.
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
