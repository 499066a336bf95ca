/** A map without the limit of V8, where one `Map` holds at most 2²⁴ (16.7 million) entries. */
const MOST = 2 ** 24 - 1;

/** Several maps, each full but the last one. Entries keep the order in which they were added, as in a `Map`. */
export class LargeMap<K, V> extends Map<K, V> {
  readonly #parts: Map<K, V>[] = [new Map<K, V>()];
  readonly #most: number;

  /** @param most entries of one part; another number is for tests */
  constructor(most = MOST) {
    super();
    this.#most = most;
  }

  override get size(): number {
    return this.#parts.reduce((sum, { size }) => sum + size, 0);
  }

  override get(key: K): V | undefined {
    return this.#holder(key)?.get(key);
  }

  override has(key: K): boolean {
    return this.#holder(key) !== undefined;
  }

  override set(key: K, value: V): this {
    const holder = this.#holder(key);
    if (holder !== undefined) {
      holder.set(key, value);
      return this;
    }
    const last = this.#parts.at(-1)!;
    if (last.size < this.#most) last.set(key, value);
    else this.#parts.push(new Map([[key, value]]));
    return this;
  }

  override delete(key: K): boolean {
    return this.#holder(key)?.delete(key) ?? false;
  }

  override clear(): void {
    this.#parts.splice(0, Infinity, new Map<K, V>());
  }

  override forEach(each: (value: V, key: K, map: Map<K, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  override *entries(): MapIterator<[K, V]> {
    for (const part of this.#parts) yield* part.entries();
  }

  override *keys(): MapIterator<K> {
    for (const part of this.#parts) yield* part.keys();
  }

  override *values(): MapIterator<V> {
    for (const part of this.#parts) yield* part.values();
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  #holder(key: K): Map<K, V> | undefined {
    return this.#parts.find((part) => part.has(key));
  }
}
