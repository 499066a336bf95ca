/**
 * How many items of a long list are in the document: the first ones at once, and more of them in each frame, so that the
 * list is shown at once and nothing else waits for it. Only for a component: it ends with it.
 */
export class Gradual {
  readonly #first: number;
  #made = $state(0);

  /**
   * @param total the number of items
   * @param first how many fill the window
   * @param step how many are added in a frame
   */
  constructor(total: () => number, first: number, step: number) {
    this.#first = this.#made = first;
    $effect(() => {
      if (this.#made >= total()) return;
      const frame = requestAnimationFrame(() => (this.#made += step));
      return () => cancelAnimationFrame(frame);
    });
  }

  get made(): number {
    return this.#made;
  }

  /** Begins with another list. */
  restart(): void {
    this.#made = this.#first;
  }
}
