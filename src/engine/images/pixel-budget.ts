/**
 * Limits how many pixels are decoded at the same time: two pictures of 250 million pixels at once could need more
 * memory than a machine has.
 */

interface Waiting {
  readonly pixels: number;
  readonly go: () => void;
}

export class PixelBudget {
  readonly #most: number;
  #taken = 0;
  readonly #waiting: Waiting[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Runs `work` when its pixels fit into the rest of the budget. A picture larger than the whole budget runs alone.
   * Calls run in the order in which they are made.
   */
  async within<T>(pixels: number, work: () => Promise<T>): Promise<T> {
    const share = Math.min(pixels, this.#most);
    if (this.#waiting.length > 0 || this.#taken + share > this.#most)
      await new Promise<void>((go) => this.#waiting.push({ pixels: share, go }));
    else this.#taken += share;
    try {
      return await work();
    } finally {
      this.#taken -= share;
      this.#admit();
    }
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && this.#taken + next.pixels <= this.#most; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#taken += next.pixels;
      next.go();
    }
  }
}
