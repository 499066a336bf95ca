/**
 * Opens and indexes a folder, for every way to open one: command line, dialog, menu, drop, or a second start of the
 * app.
 */
import type { DatasetId, NamedReading } from '../contract/model/dataset';
import type { Announcement } from '../contract/api';
import type { JobStatus } from '../contract/model/job';
import { PlumblineError, toWire, type WireError } from '../contract/errors';
import type { EngineProcess } from './engine-process';

/** What the command line asks for. */
export interface Requested {
  /** Absolute path; null if no folder was named. */
  readonly folder: string | null;
  /** A sentence to show with the folder (the demo says which errors it has on purpose). */
  readonly note: string | null;
}

/** What a new window shows: the data set that was opened last, or why it could not be opened. */
export interface Opened {
  readonly dataset: DatasetId | null;
  readonly error: WireError | null;
  /** Absolute path of what could not be opened; null if nothing was refused. */
  readonly folder: string | null;
}

export class Opening {
  readonly #engine: Pick<EngineProcess, 'call'>;
  readonly #announce: (event: Announcement) => void;
  /** Data sets whose index job waits for the end of another job, by the id of that job. */
  readonly #waiting = new Map<string, DatasetId>();
  #latest: Promise<Opened> = Promise.resolve({ dataset: null, error: null, folder: null });

  constructor(engine: Pick<EngineProcess, 'call'>, announce: (event: Announcement) => void) {
    this.#engine = engine;
    this.#announce = announce;
  }

  /** Waits for an opening that is in progress, so that a window that loads meanwhile does not show the start page. */
  latest(): Promise<Opened> {
    return this.#latest;
  }

  /** Rejects with a PlumblineError; the data set that was open then stays open. */
  folder(root: string, note: string | null = null): Promise<DatasetId> {
    return this.#open(this.#engine.call('dataset.open', { root, ...(note === null ? {} : { note }) }));
  }

  /** Opens a folder with labels from a table or from the names of the files. @throws PlumblineError */
  labelled(root: string, labels: NamedReading): Promise<DatasetId> {
    return this.#open(this.#engine.call('dataset.open', { root, labels }));
  }

  recent(dataset: DatasetId): Promise<DatasetId> {
    return this.#open(this.#engine.call('dataset.reopen', { dataset }));
  }

  /** For an opening that no call of a window waits for: an error is announced. */
  async unasked(opening: Promise<unknown>): Promise<void> {
    try {
      await opening;
    } catch (error) {
      this.#announce({ name: 'notice', payload: { error: toWire(error), about: 'open' } });
    }
  }

  /**
   * Opens the folder from the command line. An error is not announced, because no window listens yet. The window asks
   * for it when it starts.
   */
  begin({ folder, note }: Requested): void {
    if (folder === null) return;
    const opened = this.folder(folder, note);
    this.#latest = opened.then(
      (dataset) => ({ dataset, error: null, folder: null }),
      (error: unknown) => ({ dataset: null, error: toWire(error), folder }),
    );
  }

  async #open(call: Promise<{ dataset: DatasetId }>): Promise<DatasetId> {
    const before = this.#latest;
    this.#latest = call.then(
      ({ dataset }) => ({ dataset, error: null, folder: null }),
      () => before,
    );
    const { dataset } = await call;
    this.#announce({ name: 'dataset-opened', payload: { dataset } });
    // Every opening updates the index. This is cheap: unchanged files are not read again, and an index job that is
    // already running continues.
    void this.unasked(this.#index(dataset));
    return dataset;
  }

  /** Starts the index job that waited for this job. */
  heard({ job, state }: JobStatus): void {
    const dataset = this.#waiting.get(job);
    if (dataset === undefined || state === 'running') return;
    this.#waiting.delete(job);
    void this.unasked(this.#index(dataset));
  }

  async #index(dataset: DatasetId): Promise<void> {
    try {
      await this.#engine.call('jobs.index', { dataset });
    } catch (error) {
      const holder = error instanceof PlumblineError && error.code === 'busy' ? error.details['job'] : undefined;
      if (typeof holder !== 'string') throw error;
      // The holder may be the engine of an app that was killed; it still commits its finished work.
      this.#waiting.set(holder, dataset);
    }
  }
}
