/** Tells the parts which class names may look like another one where they are cut, and like which. */
import { getContext, setContext } from 'svelte';

type Mistaken = () => ReadonlyMap<string, string> | undefined;

const KEY = Symbol('mistaken names');

export function provideMistaken(names: Mistaken): void {
  setContext(KEY, names);
}

export function useMistaken(): Mistaken {
  return getContext<Mistaken | undefined>(KEY) ?? (() => undefined);
}
