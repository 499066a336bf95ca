/** The labs running in this engine and their results so far. Windows fetch these to draw them. */
import type { EventPayload } from '../../contract/api';
import type { LabState } from '../../contract/model/collapse';
import type { LabRun, Trace } from '../../contract/model/lab';
import { PlumblineError } from '../../contract/errors';
import type { DatasetId } from '../../contract/model/dataset';

type Running = NonNullable<LabState['running']>;

/** Shortest time between two events for one data set: windows need no faster updates. */
const TELL_MS = 250;

/** One running lab. */
export class LiveLab {
  readonly #startedAt: number;
  readonly #budgetSeconds: number;
  readonly #resumed: number;
  readonly #foreseen: number;
  readonly #tell: () => void;
  readonly #runs: LabRun[];
  #yardstick: Running['yardstick'] = null;
  #current: { title: string; seed: number; traces: Trace[] } | null = null;

  constructor(
    start: { startedAt: number; budgetSeconds: number; done: readonly LabRun[]; foreseen: number },
    tell: () => void,
  ) {
    this.#startedAt = start.startedAt;
    this.#budgetSeconds = start.budgetSeconds;
    this.#resumed = start.done.length;
    this.#runs = [...start.done];
    this.#foreseen = start.foreseen;
    this.#tell = tell;
  }

  get runs(): readonly LabRun[] {
    return this.#runs;
  }

  /** Expected number of runs: at least one more than have finished. */
  get expected(): number {
    return Math.max(this.#foreseen, this.#runs.length + 1);
  }

  measured(yardstick: Running['yardstick']): void {
    this.#yardstick = yardstick;
    this.#tell();
  }

  started(title: string, seed: number): void {
    this.#current = { title, seed, traces: [] };
    this.#tell();
  }

  looked(trace: Trace): void {
    this.#current?.traces.push(trace);
    this.#tell();
  }

  finished(run: LabRun): void {
    this.#runs.push(run);
    this.#current = null;
    this.#tell();
  }

  /**
   * Estimated from the runs trained in this session, at most what is left of the budget; null before the first such run
   * has finished.
   * @param at milliseconds since 1970
   */
  secondsLeft(at: number): number | null {
    const spent = (at - this.#startedAt) / 1000;
    const own = this.#runs.slice(this.#resumed);
    if (own.length === 0) return null;
    const perRun = own.reduce((sum, run) => sum + run.seconds, 0) / own.length;
    return Math.max(0, Math.min(this.#budgetSeconds - spent, perRun * (this.expected - this.#runs.length)));
  }

  /** @param at milliseconds since 1970 */
  state(job: string, at: number): Running {
    return {
      job,
      startedAt: this.#startedAt,
      budgetSeconds: this.#budgetSeconds,
      yardstick: this.#yardstick,
      resumed: this.#resumed,
      expected: this.expected,
      secondsLeft: this.secondsLeft(at),
      // The contract's schema drops the curves.
      runs: [...this.#runs],
      current: this.#current && { ...this.#current, traces: [...this.#current.traces] },
    };
  }
}

/**
 * Running labs by data set. Tells clients about every change, at most four times a second, and always about the last
 * one.
 */
export class LiveLabs {
  readonly #emit: (event: EventPayload<'lab-changed'>) => void;
  readonly #labs = new Map<DatasetId, LiveLab>();
  readonly #waiting = new Map<DatasetId, { again: boolean }>();

  constructor(emit: (event: EventPayload<'lab-changed'>) => void) {
    this.#emit = emit;
  }

  start(dataset: DatasetId, start: ConstructorParameters<typeof LiveLab>[0]): LiveLab {
    const lab = new LiveLab(start, () => this.#tell(dataset));
    this.#labs.set(dataset, lab);
    this.#tell(dataset);
    return lab;
  }

  end(dataset: DatasetId): void {
    this.#labs.delete(dataset);
    this.#tell(dataset);
  }

  of(dataset: DatasetId): LiveLab | null {
    return this.#labs.get(dataset) ?? null;
  }

  /** @throws PlumblineError not-found */
  run(dataset: DatasetId, index: number): LabRun {
    const run = this.#labs.get(dataset)?.runs[index];
    if (!run)
      throw new PlumblineError('not-found', 'This run does not exist: the lab has ended or was started again.', {
        details: { index },
      });
    return run;
  }

  #tell(dataset: DatasetId): void {
    const waiting = this.#waiting.get(dataset);
    if (waiting) {
      waiting.again = true;
      return;
    }
    const mine = { again: false };
    this.#waiting.set(dataset, mine);
    this.#emit({ dataset });
    setTimeout(() => {
      this.#waiting.delete(dataset);
      if (mine.again) this.#tell(dataset);
    }, TELL_MS).unref();
  }
}
