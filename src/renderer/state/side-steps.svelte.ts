/**
 * Steps of the user that are not decisions on images or classes: mutes, and pictures marked as different. They are
 * undone and redone together with the decisions, in the order of their times. Only those of this session are known.
 */
import { keptFor } from './kept.svelte';

export interface SideStep {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly title: string;
  /** What it is about: a finding, or images. */
  readonly about: string;
  /** What is true after it was undone, and after it was done again. */
  readonly undone: string;
  readonly redone: string;
  /** @returns false if there is nothing to change any more */
  readonly undo: () => Promise<boolean>;
  readonly redo: () => Promise<boolean>;
}

interface Undone {
  readonly step: SideStep;
  /** When it was undone, and the time of the last decision that held then. */
  readonly at: number;
  readonly after: number | null;
}

class SideSteps {
  #done = $state.raw<readonly SideStep[]>([]);
  #undone = $state.raw<readonly Undone[]>([]);

  /** With those that were undone and can be redone, in no order. */
  get all(): readonly { readonly step: SideStep; readonly undone: boolean }[] {
    return [
      ...this.#done.map((step) => ({ step, undone: false })),
      ...this.#undone.map(({ step }) => ({ step, undone: true })),
    ];
  }

  add(step: SideStep): void {
    this.#done = [...this.#done, step];
    this.#undone = [];
  }

  /**
   * Undoes the last step, if no decision that holds is newer.
   * @param decidedAt when the last decision that holds was made; null if there is none
   * @returns a sentence; null if nothing was undone
   */
  async undo(decidedAt: number | null): Promise<string | null> {
    // A decision made after an undo ends the chance to redo what was undone.
    this.#undone = this.#undone.filter(({ at }) => at >= (decidedAt ?? -Infinity));
    for (;;) {
      const step = this.#done.at(-1);
      if (step === undefined || step.at < (decidedAt ?? -Infinity)) return null;
      this.#done = this.#done.slice(0, -1);
      if (!(await step.undo())) continue;
      this.#undone = [...this.#undone, { step, at: Date.now(), after: decidedAt }];
      return `Undone: ${step.undone}`;
    }
  }

  /** Redoes the step that was undone last, if no decision was undone after it. Otherwise as `undo`. */
  async redo(decidedAt: number | null): Promise<string | null> {
    for (;;) {
      const last = this.#undone.at(-1);
      if (last === undefined || last.after !== decidedAt) return null;
      this.#undone = this.#undone.slice(0, -1);
      if (!(await last.step.redo())) continue;
      this.#done = [...this.#done, last.step];
      return `Redone: ${last.step.redone}`;
    }
  }
}

/** The steps of a data set; created at first use. */
export const sideStepsOf = keptFor(() => new SideSteps());
