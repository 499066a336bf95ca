/** What every long-running function of the engine is given beside its input. */
import { z } from 'zod';
import { progressSchema } from '../../contract/model/job';

export const stepSchema = progressSchema.pick({ stage: true, detail: true, done: true, total: true }).extend({
  /**
   * Estimated seconds until the end, from a task that knows more than its rate shows; null: not known yet. Left out:
   * estimated from the rate.
   */
  secondsLeft: z.number().nullable().optional(),
});

/** Where a task is. Cheap to report for every item: the job throttles what it passes on. */
export type Step = Readonly<z.infer<typeof stepSchema>>;

export interface Task {
  /** Aborted on cancel; tasks check it between items with `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  readonly progress: (step: Step) => void;
  /** True for a job that goes on after an interruption: what it finished before that is its own. */
  readonly resumed?: boolean;
}
