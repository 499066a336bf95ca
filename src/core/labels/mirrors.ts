/** Whether mirror images show the same class: decided by what a net that was trained without them makes of them. */
import { argmax } from '../statistics/argmax';
import { countLabels } from './predictions';

/** Share of the skill above chance that must be left on mirror images. */
const KEPT = 0.9;
/** Standard errors above chance that the net must be on plain images before it may say anything. */
const SIGNIFICANT = 3;

/**
 * @param plain images × classes: scores of the pictures as they are
 * @param mirrored the same of their mirror images
 * @returns true if balanced accuracy on mirror images keeps nine tenths of what it has above chance on plain ones;
 *   false where the net has learned nothing
 */
export function classKept(plain: Float32Array, mirrored: Float32Array, labels: Int32Array, classes: number): boolean {
  const counts = countLabels(labels, classes);
  const present = [...counts.keys()].filter((k) => counts[k]! > 0);
  const chance = 1 / Math.max(1, present.length);
  const above = (scores: Float32Array): number => {
    const hits = new Int32Array(classes);
    labels.forEach((label, i) => {
      if (argmax(scores, i * classes, classes) === label) hits[label]! += 1;
    });
    return present.reduce((sum, k) => sum + hits[k]! / counts[k]!, 0) * chance - chance;
  };
  const error = chance * Math.sqrt(present.reduce((sum, k) => sum + (chance * (1 - chance)) / counts[k]!, 0));
  const skill = above(plain);
  return skill > SIGNIFICANT * error && above(mirrored) >= KEPT * skill;
}
