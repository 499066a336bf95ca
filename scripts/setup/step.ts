/** One thing that must be in place before the project builds, runs and passes its tests. */
export interface Step {
  /** What this step provides, as in "TensorFlow's library". */
  title: string;
  /** Whether it is in place: cheap, since every start asks. */
  done: () => Promise<boolean>;
  /** Provides it. `again` fetches anew what an earlier run has kept. Throws SetupFailure where it can't. */
  provide: (again: boolean) => Promise<void>;
  /** What is in place, in a few words. */
  describe: () => Promise<string>;
}

/** The steps that have something to do, in order. */
export async function openSteps(steps: readonly Step[], again: boolean): Promise<Step[]> {
  if (again) return [...steps];
  const done = await Promise.all(steps.map((step) => step.done()));
  return steps.filter((_, index) => done[index] !== true);
}
