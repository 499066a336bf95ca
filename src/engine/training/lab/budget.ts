/** Which runs of a lab still fit into its time. */
import type { Configuration } from '../../../core/collapse/interventions/index';
import { trainsBase } from '../../../core/collapse/tuning';

/** A run of fewer updates mostly takes its evaluation, and says nothing of what an update takes. */
const LEAST_STEPS = 100;

export class RunBudget {
  readonly #seconds: number;
  readonly #spent: () => number;
  /** Seconds of the slowest update so far, with a base that is trained and without. */
  readonly #slowest = new Map<boolean, number>();

  /** @param spent seconds of the budget that are used */
  constructor(seconds: number, spent: () => number) {
    this.#seconds = seconds;
    this.#spent = spent;
  }

  /** The share of the time that is used, at most 1. */
  get fraction(): number {
    return Math.min(1, this.#spent() / this.#seconds);
  }

  /** Whether a run is expected to end in time: it needs as long for an update as the slowest of its kind so far. */
  fits({ recipe, steps }: Configuration): boolean {
    return this.#spent() + steps * (this.#slowest.get(trainsBase(recipe)) ?? 0) <= this.#seconds;
  }

  /** A run has ended. @param seconds that it took, with its evaluation */
  ran({ recipe, steps }: Configuration, seconds: number): void {
    const kind = trainsBase(recipe);
    this.#slowest.set(kind, Math.max(this.#slowest.get(kind) ?? 0, seconds / Math.max(steps, LEAST_STEPS)));
  }
}
