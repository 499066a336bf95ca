/**
 * Follows folders into which trainings are recorded. Reads the folder at regular intervals, because a mounted or synced
 * folder may send no events; events of the system only make it faster.
 */
import { watch, type FSWatcher } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PlumblineError, toWire } from '../../contract/errors';
import type { EventPayload } from '../../contract/api';
import type { DatasetId } from '../../contract/model/dataset';
import type { WatchedRun, WatchState } from '../../contract/model/training-watch';
import { readRun, type KnownDiagnoses, type WatchedSet } from '../../core/collapse/watch/read';
import { isAlarm, WATCH_VERDICTS } from '../../core/collapse/watch/words';
import { RUN_FILE } from '../../core/collapse/watch/records';
import { whyUnreadable } from '../process/failures';

const POLL_MS = 1000;
/** The latest by name, which begins with the start of the run. */
const MOST_RUNS = 50;
const MOST_BYTES = 100_000_000;

interface Followed {
  readonly key: string;
  readonly run: WatchedRun;
  readonly known: KnownDiagnoses;
  /** Number of the look in which it last grew. Clocks of other machines are not compared. */
  readonly grew: number;
}

class TrainingWatch {
  readonly folder: string;
  readonly #set: () => WatchedSet;
  readonly #changed: () => void;
  readonly #alarm: (run: WatchedRun) => void;
  readonly #runs = new Map<string, Followed>();
  #looks = 0;
  #looking: Promise<void> | null = null;
  #problem: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #hints: FSWatcher | null = null;
  #over = false;

  constructor(folder: string, set: () => WatchedSet, changed: () => void, alarm: (run: WatchedRun) => void) {
    this.#alarm = alarm;
    this.folder = folder;
    this.#set = set;
    this.#changed = changed;
  }

  async start(): Promise<void> {
    await this.look();
    this.#wait();
  }

  stop(): void {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#hints?.close();
  }

  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  state(id: string | null): WatchState {
    const latest = [...this.#runs.values()].sort((a, b) => b.grew - a.grew || (a.run.id < b.run.id ? 1 : -1));
    const run = (latest.find((one) => one.run.id === id) ?? latest[0])?.run ?? null;
    return {
      folder: basename(this.folder),
      problem: this.#problem,
      runs: latest.map(({ run: { id: name, framework, host, startedAt, ended, epochs, verdict } }) => ({
        id: name,
        framework,
        host,
        startedAt,
        ended,
        epochs: epochs.length,
        kind: verdict.kind,
      })),
      run,
    };
  }

  #wait(): void {
    if (this.#over) return;
    this.#hint();
    this.#timer = setTimeout(() => void this.look().finally(() => this.#wait()), POLL_MS);
    this.#timer.unref();
  }

  #hint(): void {
    if (this.#hints !== null) return;
    try {
      this.#hints = watch(this.folder, { persistent: false }, () => void this.look());
      this.#hints.on('error', () => {
        this.#hints?.close();
        this.#hints = null;
      });
    } catch {
      // Not every folder can be watched; the next look comes anyway.
    }
  }

  async #look(): Promise<void> {
    this.#looks++;
    const before = this.#problem;
    let grown = false;
    try {
      const names = (await readdir(this.folder)).filter((name) => RUN_FILE.test(name)).sort();
      this.#problem = null;
      for (const name of names.slice(-MOST_RUNS)) grown = (await this.#read(name)) || grown;
      for (const name of this.#runs.keys()) if (!names.includes(name)) grown = this.#runs.delete(name) || grown;
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      this.#problem = missing
        ? 'The folder does not exist yet. Plumbline waits for it.'
        : `The folder cannot be read: ${whyUnreadable(error)}.`;
    }
    if ((grown || before !== this.#problem) && !this.#over) this.#changed();
  }

  /** @returns whether the file changed. A file that cannot be read now is read at the next look. */
  async #read(name: string): Promise<boolean> {
    const path = join(this.folder, name);
    const last = this.#runs.get(name);
    try {
      const { size, mtimeMs } = await stat(path);
      const key = `${size} ${mtimeMs}`;
      if (last?.key === key || size > MOST_BYTES) return false;
      const known = last?.known ?? (new Map() as KnownDiagnoses);
      const run = readRun(await readFile(path), name.replace(/\.jsonl$/, ''), this.#set(), known);
      this.#runs.set(name, { key, run, known, grew: this.#looks });
      // A run that had ended before the watching began raises no alarm.
      const seen = this.#looks > 1 || run.ended === null;
      if (seen && isAlarm(run.verdict.kind) && !isAlarm(last?.run.verdict.kind ?? 'waiting')) this.#alarm(run);
      return true;
    } catch {
      return false;
    }
  }
}

type Emit = <E extends 'watch-changed' | 'notice'>(name: E, payload: EventPayload<E>) => void;

const NOTHING: WatchState = { folder: null, problem: null, runs: [], run: null };

/** The watched folders by data set, one for each. */
export class TrainingWatches {
  readonly #emit: Emit;
  readonly #watches = new Map<DatasetId, TrainingWatch>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /**
   * Watches a folder instead of the one before. Resolves when it has been read once.
   * @throws PlumblineError not-a-folder
   */
  async follow(dataset: DatasetId, folder: string, set: () => WatchedSet): Promise<void> {
    const found = await stat(folder).catch(() => null);
    if (found !== null && !found.isDirectory())
      throw new PlumblineError(
        'not-a-folder',
        `“${folder}” is a file. Choose the folder into which the training records.`,
      );
    this.stop(dataset);
    const made = new TrainingWatch(
      folder,
      set,
      () => this.#emit('watch-changed', { dataset }),
      (run) => {
        const { title } = WATCH_VERDICTS[run.verdict.kind];
        const error = toWire(new PlumblineError('training-alarm', `${title}: ${run.id}.`));
        this.#emit('notice', { error });
      },
    );
    this.#watches.set(dataset, made);
    await made.start();
    this.#emit('watch-changed', { dataset });
  }

  follows(dataset: DatasetId): boolean {
    return this.#watches.has(dataset);
  }

  stop(dataset: DatasetId): void {
    this.#watches.get(dataset)?.stop();
    this.#watches.delete(dataset);
  }

  stopAll(): void {
    for (const dataset of [...this.#watches.keys()]) this.stop(dataset);
  }

  state(dataset: DatasetId, run: string | null): WatchState {
    return this.#watches.get(dataset)?.state(run) ?? NOTHING;
  }
}
