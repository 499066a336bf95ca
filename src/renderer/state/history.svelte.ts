/** The views shown so far, so that the user can go back and forward as in a browser. */

export interface Visit {
  readonly view: string;
  /** Shows the view as it was left: filter, position, scroll. */
  readonly restore: () => void;
}

const MOST = 100;

export class History {
  #past = $state.raw<readonly Visit[]>([]);
  #future = $state.raw<readonly Visit[]>([]);

  get canBack(): boolean {
    return this.#past.length > 0;
  }

  get canForward(): boolean {
    return this.#future.length > 0;
  }

  /** Remembers the view that is left for a new one. */
  leave(now: Visit): void {
    this.#past = [...this.#past, now].slice(-MOST);
    this.#future = [];
  }

  /** @param now the view that is left @returns the view to show; null if there is none */
  back(now: Visit): Visit | null {
    const last = this.#past.at(-1) ?? null;
    if (last === null) return null;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, now];
    return last;
  }

  forward(now: Visit): Visit | null {
    const next = this.#future.at(-1) ?? null;
    if (next === null) return null;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, now];
    return next;
  }

  clear(): void {
    this.#past = [];
    this.#future = [];
  }
}
