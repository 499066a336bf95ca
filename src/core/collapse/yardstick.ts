import type { Yardstick } from '../../contract/model/lab';
import { diagnose } from './diagnosis';
import { argmax } from '../statistics/argmax';

const SIGNIFICANT = 0.01;

/**
 * What can be learned from these images: the balanced accuracy of the instant probe on the validation images. The
 * probabilities are first divided by the class shares. Without this, at a ratio of 1000:10 the majority class would
 * nearly always have the highest probability.
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
  const { value, high } = figures.balancedAccuracy;
  return { balancedAccuracy: value, atMost: high, aboveChance: verdict.againstChance < SIGNIFICANT };
}
