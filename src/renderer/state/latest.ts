/** A query whose input changes faster than it is answered: only the last answer counts. */

/** Waits `pauseMs` for a newer input before asking; answers to older inputs are dropped. */
export class Latest<I, O> {
  #ticket = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #ask: (input: I) => Promise<O>;
  readonly #take: (output: O, input: I) => void;
  readonly #fail: (error: unknown) => void;
  readonly #pauseMs: number;

  constructor(parts: {
    ask: (input: I) => Promise<O>;
    take: (output: O, input: I) => void;
    fail: (error: unknown) => void;
    pauseMs: number;
  }) {
    this.#ask = parts.ask;
    this.#take = parts.take;
    this.#fail = parts.fail;
    this.#pauseMs = parts.pauseMs;
  }

  request(input: I): void {
    this.#ticket += 1;
    const ticket = this.#ticket;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(ticket, input), this.#pauseMs);
  }

  /** Drops the answers to all earlier queries. */
  cancel(): void {
    this.#ticket += 1;
    clearTimeout(this.#timer);
  }

  async #run(ticket: number, input: I): Promise<void> {
    try {
      const output = await this.#ask(input);
      if (ticket === this.#ticket) this.#take(output, input);
    } catch (error) {
      if (ticket === this.#ticket) this.#fail(error);
    }
  }
}
