/** The progress of the running jobs as one value for the taskbar or dock. */
import type { EventPayload } from '../contract/api';

/** What Electron shows as progress of unknown length, and as no progress. */
const UNKNOWN = 2;
const NONE = -1;

/** Follows the jobs of all data sets. */
export class JobProgress {
  readonly #running = new Map<string, number>();

  /** @returns the value for the taskbar: the share of the job that is nearest to its end, 2 if unknown, −1 if none runs */
  heard({ job, state, progress }: Pick<EventPayload<'job'>, 'job' | 'state' | 'progress'>): number {
    if (state !== 'running') this.#running.delete(job);
    else {
      const { done = 0, total = null } = progress ?? {};
      this.#running.set(job, total === null || total === 0 ? UNKNOWN : Math.min(1, done / total));
    }
    const shares = [...this.#running.values()];
    const known = shares.filter((share) => share <= 1);
    return known.length > 0 ? Math.max(...known) : shares.length > 0 ? UNKNOWN : NONE;
  }
}
