/** A copy of a value owned by the engine: loaded at the start, and again when an event says that it changed. */
import { untrack } from 'svelte';
import { PlumblineError, toWire } from '../../contract/errors';
import type { WireError } from '../../contract/errors';

/**
 * At most one load runs at a time; a refresh requested meanwhile runs once afterwards. An old answer therefore never
 * overwrites a newer one, and a burst of events costs two loads. The last good value stays while a load runs or fails.
 */
export class Mirror<T> {
  #value = $state.raw<T | null>(null);
  #error = $state.raw<WireError | null>(null);
  #pulling = $state(false);
  #again = false;
  #closed = false;
  readonly #pull: () => Promise<T>;

  constructor(pull: () => Promise<T>) {
    this.#pull = pull;
  }

  get value(): T | null {
    return this.#value;
  }

  get error(): WireError | null {
    return this.#error;
  }

  get pulling(): boolean {
    return this.#pulling;
  }

  async refresh(): Promise<void> {
    if (this.#closed) return;
    // An effect that starts a load must not run again because the load started.
    if (untrack(() => this.#pulling)) {
      this.#again = true;
      return;
    }
    this.#pulling = true;
    do {
      this.#again = false;
      await this.#once();
    } while (this.#wanted());
    this.#pulling = false;
  }

  /** Ignores everything that arrives from now on. */
  close(): void {
    this.#closed = true;
  }

  /** Methods, because the type checker takes a field that was false before an `await` for false after it. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #wanted(): boolean {
    return this.#again && !this.#closed;
  }

  async #once(): Promise<void> {
    try {
      const value = await this.#pull();
      if (this.#isClosed()) return;
      this.#value = value;
      this.#error = null;
    } catch (error) {
      if (this.#isClosed()) return;
      this.#error = toWire(error instanceof PlumblineError ? error : new PlumblineError('internal', String(error)));
    }
  }
}
