/** View state that outlives its view. */
import type { Dataset } from './dataset.svelte';

/**
 * One state object per data set, created at first use. Its derived values are created outside of the component that
 * asks: a derived value created inside a component keeps its last state forever once that component is destroyed.
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
