/**
 * Whether a long list passes faster than anyone can look, as when its bar is dragged: what passes then need not be
 * asked for or drawn.
 */

/** Screenfuls passed lately that make a hurry: one jump (End, a click beside the bar's thumb) is none. */
const HURRY = 1.5;
/** Milliseconds in which what was passed fades to 1/e, and after which a hurry is over. */
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
   * The list moved by so many screenfuls at a time in milliseconds. However far one step jumps, it counts as one
   * screenful at most.
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
