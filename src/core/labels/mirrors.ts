/**
 * Whether mirror images still show the same class. This is decided by how well a net that was trained without mirror
 * images predicts them.
 */
import { argmax } from '../statistics/argmax';
import { countLabels } from './predictions';

/** Mirror images must keep at least this share of the accuracy above chance. */
const KEPT = 0.9;
/** On plain images, the net must be at least this many standard errors above chance. Otherwise it decides nothing. */
const SIGNIFICANT = 3;

/**
 * @param plain images × classes: scores of the original pictures
 * @param mirrored images × classes: scores of their mirror images
 * @returns true if balanced accuracy above chance on mirror images is at least nine tenths of that on plain images;
 * false if the net has learned nothing
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
