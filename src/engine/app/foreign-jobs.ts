/**
 * Jobs that another Plumbline process runs on a data set that is open here. No message tells of their end, so this
 * class polls their rows.
 */
import type { Catalog } from '../catalog/catalog';
import { endJob, findJob, type StoredJob } from '../catalog/jobs';
import { isAlive } from '../../host/processes';

const LOOK_MS = 250;

export class ForeignJobs {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #ended: (job: StoredJob) => void;

  /** @param ended called for a job when it has ended, or when its process has died */
  constructor(ended: (job: StoredJob) => void) {
    this.#ended = ended;
  }

  /** Polls a running job until it ends. A second call for the same job has no effect. */
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
