/** Runs long work: one row each, throttled progress, cancel by id, and an honest end. */
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
import { isAlive } from '../process/processes';
import type { Step, Task } from '../process/task';

export type Work = (task: Task) => Promise<unknown>;

const EVENT_MS = 100;
/** The row need not be as fresh as the window. */
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
 * Kinds of one list run one at a time on a data set: they write the same rows, or each of them takes the whole machine.
 */
const exclusive: readonly (readonly JobKind[])[] = [
  ['index', 'audit', 'probe'],
  ['probe', 'diagnose', 'lab'],
];

const collide = (one: JobKind, other: JobKind): boolean =>
  exclusive.some((kinds) => kinds.includes(one) && kinds.includes(other));

/** What is asked for anew is the same whatever its parameters; a lab on another recipe is another lab. */
const sameJob = (holder: StoredJob, kind: JobKind, params: unknown): boolean =>
  holder.kind === kind &&
  (['index', 'audit', 'probe'].includes(kind) || JSON.stringify(holder.params) === JSON.stringify(params));

const sameStage = (a: Step | Progress | null, b: Step): boolean => a?.stage === b.stage && a.detail === b.detail;

/** Turns steps into progress with a smoothed rate and the time left; both start again with each stage. */
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
   * Marks what an engine that is gone left running, and waits for the end of what another one runs. Called when a data
   * set is opened.
   */
  recover(catalog: Catalog): void {
    for (const job of listJobs(catalog)) {
      if (job.state !== 'running' || this.#running.has(job.job)) continue;
      if (job.owner.pid === process.pid || !isAlive(job.owner.pid))
        endJob(catalog, job.job, 'interrupted', null, Date.now());
      else this.#foreign.watch(catalog, job.job);
    }
  }

  /**
   * Starts a job, or finds the one of the same kind that runs here already.
   * @throws PlumblineError busy when another job holds the data set
   */
  start(catalog: Catalog, kind: JobKind, params: unknown, work: Work, resumed?: string): string {
    const holder = listJobs(catalog).find((job) => job.state === 'running' && collide(kind, job.kind));
    if (holder && this.#running.has(holder.job) && sameJob(holder, kind, params)) return holder.job;
    if (holder && (this.#running.has(holder.job) || isAlive(holder.owner.pid))) {
      if (!this.#running.has(holder.job)) this.#foreign.watch(catalog, holder.job);
      const where = this.#running.has(holder.job) ? '' : ` in another Plumbline (process ${holder.owner.pid})`;
      throw new PlumblineError(
        'busy',
        `This data set is being worked on${where}: wait until that is done, or cancel it.`,
        { details: { job: holder.job, kind: holder.kind, pid: holder.owner.pid } },
      );
    }
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

  /** Asks a job to stop; its `job` event says when it has. Unknown and ended jobs are left as they are. */
  cancel(id: string): void {
    this.#running.get(id)?.controller.abort(new PlumblineError('cancelled', 'Cancelled.'));
  }

  /** A job that can go on. @throws PlumblineError not-found, busy */
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
   * Stops all work, keeping what it has done, and waits for its end. Jobs become `interrupted`: nobody asked for the
   * stop.
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
      // Whatever the throttle, a stage's first and last steps are reported.
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
        // A full disk must not hide the end from who waits for it: the row says `running` until the next start finds it
        // orphaned.
        tell(state === 'done' ? 'failed' : state, error ?? toWire(this.#explain(catalog, failure)), result);
        return;
      }
      tell(state, error, result);
    };
    tell('running', null, null);
    try {
      // The caller learns the id before the first event of the work itself.
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
