/** Remembers which jobs ran when the engine died, in order to resume them after a restart. */
import type { JobStatus } from '../contract/model/job';

export class Resumption {
  readonly #running = new Map<string, JobStatus>();
  readonly #resumed = new Set<string>();

  watch(status: JobStatus): void {
    if (status.state === 'running') this.#running.set(status.job, status);
    else this.#running.delete(status.job);
    // Only a finished job is removed: a job that kills the engine each time must not be resumed for ever.
    if (status.state === 'done') this.#resumed.delete(status.job);
  }

  /**
   * Removes and returns the interrupted jobs. Each job is returned only once: after a second crash it stays
   * interrupted, and the user decides.
   */
  take(): JobStatus[] {
    const jobs = [...this.#running.values()].filter(({ job }) => !this.#resumed.has(job));
    this.#running.clear();
    for (const { job } of jobs) this.#resumed.add(job);
    return jobs;
  }
}
