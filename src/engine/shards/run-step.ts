/** A step of a run. */
import type { Task } from '../process/task';
import type { RunPlan } from './run';
import type { RunStore } from './run-store';

export interface RunStep {
  readonly name: string;
  /** For progress: "Measuring images". */
  readonly title: string;
  /** The file that the step writes last, for each shard or for the whole run. */
  readonly output: string | ((shard: number) => string);
  /** The number of its tasks; absent: one for each shard, or one if the output is a single file. */
  readonly tasks?: (run: RunPlan) => number;
  /** @returns a few numbers for the log */
  work(store: RunStore, run: RunPlan, shard: number, task: Task): Promise<Readonly<Record<string, number>>>;
}
