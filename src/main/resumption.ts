/** Which jobs ran when the engine died, so that they go on after it was started again. */
import type { JobStatus } from '../contract/api';

export class Resumption {
  readonly #running = new Map<string, JobStatus>();
  readonly #resumed = new Set<string>();

  watch(status: JobStatus): void {
    if (status.state === 'running') this.#running.set(status.job, status);
    else this.#running.delete(status.job);
    // Only an end that was reached clears the job: one that kills the engine each time must not do so for ever.
    if (status.state === 'done') this.#resumed.delete(status.job);
  }

  /**
   * Takes out the jobs that were cut off. Each is named once: after a second crash it stays interrupted, and the user
   * decides.
   */
  take(): JobStatus[] {
    const jobs = [...this.#running.values()].filter(({ job }) => !this.#resumed.has(job));
    this.#running.clear();
    for (const { job } of jobs) this.#resumed.add(job);
    return jobs;
  }
}
