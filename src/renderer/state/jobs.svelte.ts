/** The jobs of one data set, from the engine's rows and events. */
import { SvelteMap } from 'svelte/reactivity';
import type { EventPayload } from '../../contract/api';
import { type JobKind, type JobStatus, jobStatusSchema } from '../../contract/model/job';
import type { Engine } from './engine';
import { Mirror } from './mirror.svelte';

export class DatasetJobs {
  readonly #engine: Engine;
  readonly #dataset: string;
  readonly #rows: Mirror<JobStatus[]>;
  readonly #moved = new SvelteMap<string, JobStatus>();

  constructor(engine: Engine, dataset: string) {
    this.#engine = engine;
    this.#dataset = dataset;
    this.#rows = new Mirror(async () => {
      const before = [...this.#moved];
      const rows = await engine.call('jobs.list', { dataset });
      // An event that arrived meanwhile may be newer than the rows; with the older state an ended job would run
      // forever.
      for (const [job, status] of before) if (this.#moved.get(job) === status) this.#moved.delete(job);
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
    return event.state !== 'running';
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

  async resume(job: string): Promise<void> {
    await this.#engine.call('jobs.resume', { job, dataset: this.#dataset });
  }
}
