/** Unpacks what is not a folder of images yet. This is no job, because jobs belong to a data set that is open. */
import { PlumblineError } from '../../contract/errors';
import { currentCopy, unpackCopy } from '../unpack/copies';
import { findSource } from '../unpack/source';
import type { Emit } from './datasets';
import { progressMeter } from './jobs';

const EVENT_MS = 100;

interface Running {
  readonly path: string;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

export class Unpacking {
  readonly #cache: string;
  readonly #emit: Emit;
  #running: Running | null = null;

  constructor(cache: string, emit: Emit) {
    this.#cache = cache;
    this.#emit = emit;
  }

  /**
   * Unpacks an archive, or a folder with archives, into the cache folder. A second call for the same path waits for the
   * first one. Returns at once if the copy is up to date.
   * @throws PlumblineError not-found, busy, cancelled, and those of `unpackCopy`
   */
  async unpack(path: string): Promise<void> {
    const running = this.#running;
    if (running?.path === path) return running.done;
    if (running !== null)
      throw new PlumblineError('busy', 'Another archive is being unpacked. Wait until it is done, or cancel it.');
    const controller = new AbortController();
    const done = this.#run(path, controller.signal).finally(() => (this.#running = null));
    this.#running = { path, controller, done };
    return done;
  }

  async #run(path: string, signal: AbortSignal): Promise<void> {
    const source = await findSource(path);
    if (source === null) throw new PlumblineError('not-found', `There is nothing to unpack in ${path}.`);
    if (currentCopy(this.#cache, source) !== null) return;
    const { name } = source;
    const meter = progressMeter(() => performance.now());
    let told = -Infinity;
    try {
      await unpackCopy(this.#cache, source, {
        signal,
        progress: (step) => {
          const at = performance.now();
          if (at - told < EVENT_MS) return;
          told = at;
          this.#emit('unpacking', { name, progress: meter(step) });
        },
      });
    } finally {
      this.#emit('unpacking', { name, progress: null });
    }
  }

  /** Has no effect if nothing is being unpacked. */
  cancel(): void {
    this.#running?.controller.abort(new PlumblineError('cancelled', 'Cancelled.'));
  }

  /** Stops and waits until what was unpacked is removed. */
  async drain(): Promise<void> {
    const running = this.#running;
    running?.controller.abort(new PlumblineError('engine-exited', 'The engine was asked to stop.'));
    await running?.done.catch(() => undefined);
  }
}
