/** The tile that the user points at: the one under the pointer, or, when the keyboard is used, the active one. */
export class Pointed {
  #hovered = $state<number | null>(null);
  /** Whether the focus is in the list and the keyboard was used last. */
  #byKeys = $state(false);

  get byKeys(): boolean {
    return this.#byKeys;
  }

  /** @param active index of the tile that the keyboard acts on @returns index of the tile; null if there is none */
  at(active: number): number | null {
    return this.#hovered ?? (this.#byKeys ? active : null);
  }

  /** @param over index of the tile under the pointer; null where there is none */
  hover(over: number | null): void {
    if (over !== this.#hovered) this.#hovered = over;
  }

  /** A key pressed in the list: the pointer, which only rests somewhere, no longer counts. */
  keyed(): void {
    this.#hovered = null;
    this.#byKeys = true;
  }

  pressed(): void {
    this.#byKeys = false;
  }

  /** @param visibly whether the focus is shown, as it is after a Tab */
  focused(visibly: boolean): void {
    this.#byKeys ||= visibly;
  }

  blurred(): void {
    this.#byKeys = false;
  }
}
