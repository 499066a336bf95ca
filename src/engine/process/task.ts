/** What every long-running function of the engine is given beside its input. */

/** Where a task is. Cheap to call for every item: the job throttles what it passes on. */
export interface Step {
  /** A noun phrase for the user: "Measuring images". */
  readonly stage: string;
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  /** Seconds, by whom knows more than the rate tells; null: not known yet. Left out: by the rate. */
  readonly secondsLeft?: number | null;
}

export interface Task {
  /** Aborted on cancel; tasks check it between items and end by `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  readonly progress: (step: Step) => void;
  /** True for a job that goes on after it was cut off: what it finished then is its own. */
  readonly resumed?: boolean;
}
