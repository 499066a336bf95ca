/** State of a view that outlives the view. */
import type { Dataset } from './dataset.svelte';

/**
 * One of a kind for each data set, made when it is first asked for. What it derives is made outside of the component
 * that asks: values derived
 * inside one keep their last state for ever once that component is gone.
 */
export function keptFor<T>(make: (dataset: Dataset) => T): (dataset: Dataset) => T {
  const all = new WeakMap<Dataset, { readonly value: T }>();
  return (dataset) => {
    let kept = all.get(dataset);
    if (kept === undefined) {
      $effect.root(() => {
        kept = { value: make(dataset) };
        all.set(dataset, kept);
      });
    }
    return kept!.value;
  };
}
