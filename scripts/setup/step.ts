/** One thing that must be in place before the project can be built, run and tested. */
export interface Step {
  /** What this step provides, for example "TensorFlow's library". */
  title: string;
  /** Whether it is in place. Must be fast, because every start asks. */
  done: () => Promise<boolean>;
  /** Provides it. With `again`, fetches again what an earlier run kept. Throws SetupFailure if it cannot. */
  provide: (again: boolean) => Promise<void>;
  /** What is in place, in a few words. */
  describe: () => Promise<string>;
}

/** The steps that are not done, in order. */
export async function openSteps(steps: readonly Step[], again: boolean): Promise<Step[]> {
  if (again) return [...steps];
  const done = await Promise.all(steps.map((step) => step.done()));
  return steps.filter((_, index) => done[index] !== true);
}
