/**
 * Jobs of another Plumbline on a data set that is open here. Their end comes as no message, so their rows are looked
 * at.
 */
import type { Catalog } from '../catalog/catalog';
import { endJob, findJob, type StoredJob } from '../catalog/jobs';
import { isAlive } from '../process/processes';

const LOOK_MS = 250;

export class ForeignJobs {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #ended: (job: StoredJob) => void;

  /** @param ended hears of a job that its process ended, or left behind when it died */
  constructor(ended: (job: StoredJob) => void) {
    this.#ended = ended;
  }

  /** Looks at a running job until it is over; a second call for the same one changes nothing. */
  watch(catalog: Catalog, id: string): void {
    if (this.#timers.has(id)) return;
    this.#timers.set(id, setInterval(() => this.#look(catalog, id), LOOK_MS).unref());
  }

  stop(): void {
    for (const id of [...this.#timers.keys()]) this.#unwatch(id);
  }

  #look(catalog: Catalog, id: string): void {
    const job = catalog.db.open ? findJob(catalog, id) : null;
    if (job === null || job.owner.pid === process.pid) {
      this.#unwatch(id);
      return;
    }
    if (job.state === 'running' && isAlive(job.owner.pid)) return;
    this.#unwatch(id);
    if (job.state === 'running') endJob(catalog, id, 'interrupted', null, Date.now());
    this.#ended(findJob(catalog, id) ?? job);
  }

  #unwatch(id: string): void {
    clearInterval(this.#timers.get(id));
    this.#timers.delete(id);
  }
}
