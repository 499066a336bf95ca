import { diagnose } from './diagnosis';
import { argmax } from '../statistics/argmax';

const SIGNIFICANT = 0.01;

export interface Yardstick {
  readonly balancedAccuracy: number;
  /** By permutation test at 1 %. */
  readonly aboveChance: boolean;
}

/**
 * What these images can give: the instant probe's balanced accuracy on the validation images. Its probabilities are
 * divided by the classes'
 * shares first, for with 1000:10 even a good probability is largest for the majority.
 */
export function yardstickOf(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  judged: readonly number[],
): Yardstick {
  const shares = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) shares[labels[i]!]! += 1 / labels.length;
  const predicted = judged.map((row) =>
    argmax(
      Array.from({ length: classes }, (_, k) => (shares[k]! > 0 ? probabilities[row * classes + k]! / shares[k]! : 0)),
    ),
  );
  const names = Array.from({ length: classes }, (_, k) => String(k));
  const { figures, verdict } = diagnose({
    classes: names,
    labels: judged.map((row) => labels[row]!),
    predicted,
    probabilities: null,
  });
  return { balancedAccuracy: figures.balancedAccuracy.value, aboveChance: verdict.againstChance < SIGNIFICANT };
}
