/**
 * Runs jobs: stores one row for each, limits the rate of progress reports, cancels by id, and reports how each job
 * ended.
 */
import { randomUUID } from 'node:crypto';
import type { EventPayload } from '../../contract/api';
import { PlumblineError, toWire, type WireError } from '../../contract/errors';
import type { JobKind, Progress } from '../../contract/model/job';
import type { Catalog } from '../catalog/catalog';
import {
  endJob,
  findJob,
  listJobs,
  noteProgress,
  probeOf,
  startJob,
  type JobState,
  type Owner,
  type StoredJob,
} from '../catalog/jobs';
import { damagedIndex, isStoreError, storeFailure } from '../process/failures';
import { ForeignJobs } from './foreign-jobs';
import { isAlive } from '../../host/processes';
import type { Step, Task } from '../process/task';

export type Work = (task: Task) => Promise<unknown>;

const EVENT_MS = 100;
/** The row is updated less often than the window. */
const ROW_MS = 1000;
/** Time constant of the smoothed rate. */
const RATE_MS = 3000;

interface Running {
  readonly catalog: Catalog;
  readonly kind: JobKind;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

interface Started {
  readonly catalog: Catalog;
  readonly id: string;
  readonly kind: JobKind;
  readonly params: unknown;
  readonly startedAt: number;
  readonly controller: AbortController;
  readonly resumed: boolean;
}

/**
 * Jobs whose kinds are in the same list run one at a time on a data set: they write the same rows, or each of them uses
 * the whole machine.
 */
const exclusive: readonly (readonly JobKind[])[] = [
  ['index', 'audit', 'probe'],
  ['probe', 'diagnose', 'lab'],
];

const collide = (one: JobKind, other: JobKind): boolean =>
  exclusive.some((kinds) => kinds.includes(one) && kinds.includes(other));

/**
 * A second request for an index, audit or probe is the same job, even with other parameters. For other kinds the
 * parameters must be equal: a lab on another recipe is another lab.
 */
const sameJob = (holder: StoredJob, kind: JobKind, params: unknown): boolean =>
  holder.kind === kind &&
  (['index', 'audit', 'probe'].includes(kind) || JSON.stringify(holder.params) === JSON.stringify(params));

const sameStage = (a: Step | Progress | null, b: Step): boolean => a?.stage === b.stage && a.detail === b.detail;

/** Turns steps into progress with a smoothed rate and the estimated time left. Both are reset at each new stage. */
export function progressMeter(now: () => number): (step: Step) => Progress {
  let last: Step | null = null;
  let [lastDone, lastAt, rate] = [0, 0, null as number | null];
  return (step) => {
    const at = now();
    if (!sameStage(last, step) || step.done < lastDone) {
      [lastDone, lastAt, rate] = [step.done, at, null];
    } else if (at - lastAt >= EVENT_MS) {
      const current = ((step.done - lastDone) / (at - lastAt)) * 1000;
      const weight = 1 - Math.exp(-(at - lastAt) / RATE_MS);
      rate = rate === null ? current : rate + weight * (current - rate);
      [lastDone, lastAt] = [step.done, at];
    }
    last = step;
    const left = step.total === null ? null : step.total - step.done;
    const byRate = left === null || rate === null || rate <= 0 ? null : left / rate;
    return {
      stage: step.stage,
      ...(step.detail === undefined ? {} : { detail: step.detail }),
      done: step.done,
      total: step.total,
      rate,
      eta: step.secondsLeft === undefined ? byRate : step.secondsLeft,
    };
  };
}

export class JobRunner {
  readonly #owner: Owner = { pid: process.pid, token: randomUUID() };
  readonly #running = new Map<string, Running>();
  readonly #foreign = new ForeignJobs((job) => this.#emit({ ...job, result: null }));
  readonly #emit: (status: EventPayload<'job'>) => void;

  constructor(emit: (status: EventPayload<'job'>) => void) {
    this.#emit = emit;
  }

  /**
   * Marks jobs of an engine that no longer runs as interrupted, and watches jobs that another engine is running. Called
   * when a data set is opened.
   */
  recover(catalog: Catalog): void {
    for (const job of listJobs(catalog)) {
      if (job.state !== 'running' || this.#running.has(job.job)) continue;
      if (job.owner.pid === process.pid || !isAlive(job.owner.pid))
        endJob(catalog, job.job, 'interrupted', null, Date.now());
      else this.#foreign.watch(catalog, job.job);
    }
  }

  /** Starts a job, or returns the id of an equal job that is already running here. */
  start(catalog: Catalog, kind: JobKind, params: unknown, work: Work, resumed?: string): string {
    const holder = this.#holder(catalog, kind);
    if (holder && this.#running.has(holder.job) && sameJob(holder, kind, params)) return holder.job;
    if (holder) this.#refuse(catalog, holder);
    if (holder) endJob(catalog, holder.job, 'interrupted', null, Date.now());
    const id = resumed ?? randomUUID();
    const startedAt = Date.now();
    startJob(catalog, { id, kind, params, owner: this.#owner, at: startedAt });
    const controller = new AbortController();
    const ended = this.#run(
      { catalog, id, kind, params, startedAt, controller, resumed: resumed !== undefined },
      work,
    ).finally(() => this.#running.delete(id));
    this.#running.set(id, { catalog, kind, controller, ended });
    return id;
  }

  /**
   * Stops an index or audit that is running here and waits until it has ended, so that a new index reads what changed.
   * @throws PlumblineError busy while another job is running that excludes an index
   */
  async makeWay(catalog: Catalog): Promise<void> {
    const holder = this.#holder(catalog, 'index');
    const running = holder && this.#running.get(holder.job);
    if (holder && (!running || !['index', 'audit'].includes(holder.kind))) this.#refuse(catalog, holder);
    if (holder) this.cancel(holder.job);
    await running?.ended;
  }

  #holder(catalog: Catalog, kind: JobKind): StoredJob | undefined {
    return listJobs(catalog).find((job) => job.state === 'running' && collide(kind, job.kind));
  }

  /** @throws PlumblineError busy if the process that runs the job is alive */
  #refuse(catalog: Catalog, holder: StoredJob): void {
    const here = this.#running.has(holder.job);
    if (!here && !isAlive(holder.owner.pid)) return;
    if (!here) this.#foreign.watch(catalog, holder.job);
    const where = here ? '' : ` in another Plumbline (process ${holder.owner.pid})`;
    throw new PlumblineError(
      'busy',
      `A job is running on this data set${where}. Wait until it is done, or cancel it.`,
      { details: { job: holder.job, kind: holder.kind, pid: holder.owner.pid } },
    );
  }

  /**
   * Asks a job to stop; a `job` event is sent when it has stopped. Has no effect on unknown jobs and on jobs that have
   * ended.
   */
  cancel(id: string): void {
    this.#running.get(id)?.controller.abort(new PlumblineError('cancelled', 'Cancelled.'));
  }

  /**
   * A job that can be continued.
   * @throws PlumblineError not-found, busy
   */
  resumable(catalog: Catalog, id: string): StoredJob {
    const job = findJob(catalog, id);
    if (!job) throw new PlumblineError('not-found', 'There is no such job.', { details: { job: id } });
    if (job.state === 'running' || job.state === 'done')
      throw new PlumblineError('busy', job.state === 'done' ? 'This job is done.' : 'This job is running already.', {
        details: { job: id },
      });
    return job;
  }

  runningOn(catalog: Catalog): boolean {
    return [...this.#running.values()].some((job) => job.catalog === catalog);
  }

  /**
   * Stops all jobs, keeps the work they have done, and waits until they have ended. Their state becomes `interrupted`,
   * because no user asked for the stop.
   */
  async drain(): Promise<void> {
    this.#foreign.stop();
    const running = [...this.#running.values()];
    for (const job of running)
      job.controller.abort(new PlumblineError('engine-exited', 'The engine was asked to stop.'));
    await Promise.all(running.map((job) => job.ended));
  }

  async #run({ catalog, id, kind, params, startedAt, controller, resumed }: Started, work: Work): Promise<void> {
    const meter = progressMeter(() => performance.now());
    let [emittedAt, notedAt] = [-Infinity, -Infinity];
    let last: Progress | null = null;
    const tell = (state: JobState, error: WireError | null, result: unknown) => {
      this.#emit({
        job: id,
        kind,
        ...probeOf(kind, params),
        dataset: catalog.id,
        state,
        progress: last,
        error,
        startedAt,
        endedAt: state === 'running' ? null : Date.now(),
        result,
      });
    };
    const progress = (step: Step) => {
      const at = performance.now();
      // The first and the last step of a stage are always reported.
      if (at - emittedAt < EVENT_MS && sameStage(last, step) && step.done !== step.total) return;
      last = meter(step);
      emittedAt = at;
      tell('running', null, null);
      if (at - notedAt < ROW_MS) return;
      notedAt = at;
      noteProgress(catalog, id, last);
    };
    const end = (state: Exclude<JobState, 'running'>, error: WireError | null, result: unknown) => {
      try {
        if (last) noteProgress(catalog, id, last);
        endJob(catalog, id, state, error, Date.now());
      } catch (failure) {
        // The client that waits for the job must learn that it has ended, even if the disk is full. The row then says
        // `running` until a later start finds that no process runs it.
        tell(state === 'done' ? 'failed' : state, error ?? toWire(this.#explain(catalog, failure)), result);
        return;
      }
      tell(state, error, result);
    };
    tell('running', null, null);
    try {
      // Gives the caller the id before the work sends its first event.
      await Promise.resolve();
      controller.signal.throwIfAborted();
      end('done', null, await work({ signal: controller.signal, progress, resumed }));
    } catch (error) {
      const reason: unknown = controller.signal.aborted ? controller.signal.reason : error;
      const code = reason instanceof PlumblineError ? reason.code : null;
      if (controller.signal.aborted && code === 'cancelled') end('cancelled', null, null);
      else if (controller.signal.aborted && code === 'engine-exited') end('interrupted', null, null);
      else end('failed', toWire(this.#explain(catalog, error)), null);
    }
  }

  #explain(catalog: Catalog, error: unknown): unknown {
    if (!isStoreError(error)) return error;
    const failure = storeFailure(error, catalog.file, 'the index of this data set');
    return failure.code === 'catalog-broken' ? damagedIndex(error, catalog.file) : failure;
  }
}
