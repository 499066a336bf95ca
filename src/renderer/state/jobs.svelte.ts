/** The jobs of one data set, from the engine's rows and events. */
import { SvelteMap } from 'svelte/reactivity';
import type { EventPayload } from '../../contract/api';
import { PlumblineError } from '../../contract/errors';
import { type JobKind, type JobStatus, jobStatusSchema } from '../../contract/model/job';
import type { Engine } from './engine';
import { Mirror } from './mirror.svelte';

/** The index or audit, which start by themselves, because of which a job was refused; null for any other error. */
function updatingJob(error: unknown): string | null {
  if (!(error instanceof PlumblineError) || error.code !== 'busy') return null;
  const { job, kind } = error.details;
  return typeof job === 'string' && (kind === 'index' || kind === 'audit') ? job : null;
}

export class DatasetJobs {
  readonly #engine: Engine;
  readonly #dataset: string;
  readonly #rows: Mirror<JobStatus[]>;
  readonly #moved = new SvelteMap<string, JobStatus>();
  /** Whether each job that is being resumed waits. */
  readonly #resuming = new SvelteMap<string, boolean>();
  /** Called when the job ends, by its id. */
  readonly #ends = new SvelteMap<string, (() => void)[]>();

  constructor(engine: Engine, dataset: string) {
    this.#engine = engine;
    this.#dataset = dataset;
    this.#rows = new Mirror(async () => {
      const before = [...this.#moved];
      const rows = await engine.call('jobs.list', { dataset });
      // An event that arrived meanwhile may be newer than the rows; with the older state an ended job would run
      // forever.
      for (const [job, status] of before) if (this.#moved.get(job) === status) this.#moved.delete(job);
      for (const job of [...this.#ends.keys()])
        if (!rows.some((row) => row.job === job && row.state === 'running')) this.#ended(job);
      return rows;
    });
  }

  /** Newest first. An event is newer than the row of its job. */
  readonly all = $derived.by(() => {
    const rows = (this.#rows.value ?? []).filter((row) => !this.#moved.has(row.job));
    return [...this.#moved.values(), ...rows].sort((a, b) => b.startedAt - a.startedAt);
  });

  readonly running = $derived(this.all.filter((job) => job.state === 'running'));

  get loaded(): boolean {
    return this.#rows.value !== null;
  }

  /** The newest job of a kind, or null. */
  latest(kind: JobKind): JobStatus | null {
    return this.all.find((job) => job.kind === kind) ?? null;
  }

  /** True when the event ended a job. */
  take(event: EventPayload<'job'>): boolean {
    if (event.dataset !== this.#dataset) return false;
    this.#moved.set(event.job, jobStatusSchema.parse(event));
    if (event.state === 'running') return false;
    this.#ended(event.job);
    return true;
  }

  refresh(): Promise<void> {
    return this.#rows.refresh();
  }

  close(): void {
    this.#rows.close();
  }

  async start(kind: 'index' | 'audit'): Promise<void> {
    await this.#engine.call(kind === 'index' ? 'jobs.index' : 'jobs.audit', { dataset: this.#dataset });
  }

  async cancel(job: string): Promise<void> {
    await this.#engine.call('jobs.cancel', { job });
  }

  /**
   * Continues a job that was stopped. An index or audit that excludes it starts by itself, for example after a restart,
   * so this waits for its end.
   */
  async resume(job: string): Promise<void> {
    if (this.#resuming.has(job)) return;
    this.#resuming.set(job, false);
    try {
      for (;;) {
        const holder = await this.#resumeUnlessUpdating(job);
        if (holder === null) return;
        this.#resuming.set(job, true);
        await this.#end(holder);
      }
    } finally {
      this.#resuming.delete(job);
    }
  }

  /** Whether this job will be resumed when the index is updated. */
  waits(job: string): boolean {
    return this.#resuming.get(job) ?? false;
  }

  /** The index or audit that must end before; null when the job goes on. */
  async #resumeUnlessUpdating(job: string): Promise<string | null> {
    try {
      await this.#engine.call('jobs.resume', { job, dataset: this.#dataset });
      return null;
    } catch (error) {
      const holder = updatingJob(error);
      if (holder === null) throw error;
      return holder;
    }
  }

  #end(job: string): Promise<void> {
    return new Promise((resolve) => {
      this.#ends.set(job, [...(this.#ends.get(job) ?? []), resolve]);
      // It may have ended before.
      void this.#rows.refresh();
    });
  }

  #ended(job: string): void {
    const waiting = this.#ends.get(job) ?? [];
    this.#ends.delete(job);
    for (const resolve of waiting) resolve();
  }
}
