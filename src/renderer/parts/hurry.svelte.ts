/**
 * Whether a long list is scrolled faster than anyone can read, for example by dragging its scroll bar: what passes then
 * need not be loaded or drawn.
 */

/**
 * Screenfuls scrolled recently that count as a hurry. A single jump (the End key, a click beside the thumb) does not.
 */
const HURRY = 1.5;
/** Milliseconds in which the count decays to 1/e, and after which a hurry ends. */
const REST = 60;

export class Hurry {
  #on = $state(false);
  #lately = 0;
  #at = -Infinity;
  #rest: ReturnType<typeof setTimeout> | undefined;

  get on(): boolean {
    return this.#on;
  }

  /**
   * Records that the list moved by this many screenfuls at a time in milliseconds. One step counts as one screenful at
   * most.
   */
  passed(screens: number, now = performance.now()): void {
    this.#lately = this.#lately * Math.exp((this.#at - now) / REST) + Math.min(1, screens);
    this.#at = now;
    if (this.#lately < HURRY) return;
    this.#on = true;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => (this.#on = false), REST);
  }

  stop(): void {
    clearTimeout(this.#rest);
  }
}
