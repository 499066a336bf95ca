/** What every long-running function of the engine gets in addition to its input. */
import { z } from 'zod';
import { progressSchema } from '../../contract/model/job';

export const stepSchema = progressSchema.pick({ stage: true, detail: true, done: true, total: true }).extend({
  /**
   * Estimated seconds until the end, for a task that can estimate better than from its rate; null: not known yet. Left
   * out: estimated from the rate.
   */
  secondsLeft: z.number().nullable().optional(),
});

/** Reports the progress of a task. May be called for every item, because the job limits what it passes on. */
export type Step = Readonly<z.infer<typeof stepSchema>>;

export interface Task {
  /** Aborted on cancel. Tasks check it between items with `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  readonly progress: (step: Step) => void;
  /** True for a job that continues after an interruption: results that it finished before that are its own. */
  readonly resumed?: boolean;
}
