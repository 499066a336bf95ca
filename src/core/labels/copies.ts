/**
 * What the labels of several copies of one picture say together. The probe predicts each copy without training on the
 * other copies: a label that was copied together with its picture would otherwise confirm itself. But labels that were
 * given to each copy separately are several readings of one true class.
 */
import { likelihoods, type NoiseMatrix } from './noise';
import type { ProbePredictions } from './predictions';

/** In a data set where labels were copied: the assumed share of groups that got one label for all their copies. */
const COPIED = 0.9;

/** Lists of images that share a group number. An image without copies is in no list. */
export function groupLists(groups: Int32Array | null): Int32Array[] {
  const members = new Map<number, number[]>();
  groups?.forEach((group, i) => {
    if (group < 0) return;
    const list = members.get(group);
    if (list) list.push(i);
    else members.set(group, [i]);
  });
  return [...members.values()].filter((list) => list.length > 1).map((list) => Int32Array.from(list));
}

interface Reading {
  readonly members: Int32Array;
  /** ln P(true class, labels) for each class, if each copy was labelled separately. */
  readonly apart: Float64Array;
  /** The same if one label was given and then copied; −∞ if the labels differ. */
  readonly copied: Float64Array;
}

/**
 * P(true class | picture, labels of all its copies) for every image that has copies. The labels show whether copies
 * were labelled separately: in that case they differ as often as labels are wrong. If they almost never differ, a label
 * that all copies share counts only once.
 * @param predictions made without an image's copies
 */
export function copyPosteriors(
  { probabilities, labels, classes }: ProbePredictions,
  groups: readonly Int32Array[],
  noise: NoiseMatrix,
): Map<number, Float64Array> {
  const rows = likelihoods(noise).map((row) => row.map(Math.log));
  const readings = groups.map((members): Reading => {
    const apart = new Float64Array(classes);
    for (const i of members)
      for (let k = 0; k < classes; k++) apart[k]! += probabilities[i * classes + k]! / members.length;
    for (let k = 0; k < classes; k++) apart[k] = Math.log(Math.max(1e-12, apart[k]!));
    const one = labels[members[0]!]!;
    const agree = members.every((i) => labels[i] === one);
    const copied = apart.map((value, k) => (agree ? value + rows[one]![k]! : -Infinity));
    for (const i of members) for (let k = 0; k < classes; k++) apart[k]! += rows[labels[i]!]![k]!;
    return { members, apart, copied };
  });
  const mixed = readings.map(({ apart, copied }) =>
    apart.map((value, k) => lnSum([value + Math.log(1 - COPIED), copied[k]! + Math.log(COPIED)])),
  );
  const evidence = readings.reduce((sum, { apart }, g) => sum + lnSum(mixed[g]!) - lnSum(apart), 0);
  const posteriors = new Map<number, Float64Array>();
  readings.forEach(({ members, apart }, g) => {
    const joint = evidence > 0 ? mixed[g]! : apart;
    const total = lnSum(joint);
    for (const i of members)
      posteriors.set(
        i,
        joint.map((value) => Math.exp(value - total)),
      );
  });
  return posteriors;
}

/** ln Σ exp. */
function lnSum(values: ArrayLike<number>): number {
  let top = -Infinity;
  for (let k = 0; k < values.length; k++) top = Math.max(top, values[k]!);
  if (top === -Infinity) return top;
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += Math.exp(values[k]! - top);
  return top + Math.log(sum);
}
