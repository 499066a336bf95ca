/** Cross-validation folds that do not divide groups and keep class shares even. */
import { shuffled, type Random } from './random';

/**
 * Stratified group folds: members of one group share a fold, and each fold gets about 1/folds of every class.
 * Greedy, largest groups first: each goes to the fold with the fewest images of its classes, as in scikit-learn's
 * StratifiedGroupKFold.
 * @param labels class index of each item
 * @param groups any number per item; equal numbers are one group
 * @returns fold of each item, 0 … folds − 1
 */
export function stratifiedGroupFolds(
  labels: ArrayLike<number>,
  groups: ArrayLike<number>,
  folds: number,
  random: Random,
): Uint8Array {
  const members = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const group = groups[i] as number;
    const list = members.get(group);
    if (list) list.push(i);
    else members.set(group, [i]);
  }
  const classes = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) classes.set(labels[i] as number, (classes.get(labels[i] as number) ?? 0) + 1);
  const filled = new Map([...classes.keys()].map((label) => [label, new Float64Array(folds)]));
  const sizes = new Float64Array(folds);
  const assigned = new Uint8Array(labels.length);
  const order = shuffled([...members.values()], random).sort((a, b) => b.length - a.length);
  for (const list of order) {
    let best = 0;
    let bestLoad = Infinity;
    for (let fold = 0; fold < folds; fold++) {
      let load = (sizes[fold] as number) * 1e-9;
      for (const i of list)
        load += (filled.get(labels[i] as number)?.[fold] ?? 0) / (classes.get(labels[i] as number) ?? 1);
      if (load < bestLoad) {
        best = fold;
        bestLoad = load;
      }
    }
    for (const i of list) {
      assigned[i] = best;
      const counts = filled.get(labels[i] as number);
      if (counts) counts[best] = (counts[best] ?? 0) + 1;
    }
    sizes[best] = (sizes[best] ?? 0) + list.length;
  }
  return assigned;
}
