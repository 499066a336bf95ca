/** Keeps what is computed from the index and the user's decisions until one of them changes. */
import type { Catalog } from './catalog';
import { readReview, type CurrentReview } from './decisions';

/**
 * Results by a key that names everything else they depend on. They should be small: one state has any number of them. A
 * promise that fails is not kept.
 */
export class PerReview<T> {
  readonly #kept = new WeakMap<CurrentReview, Map<string, T>>();

  get(catalog: Catalog, key: string, compute: () => T): T {
    const review = readReview(catalog);
    const results = this.#kept.get(review) ?? new Map<string, T>();
    this.#kept.set(review, results);
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = compute();
    results.set(key, result);
    if (result instanceof Promise) result.catch(() => results.delete(key));
    return result;
  }
}
