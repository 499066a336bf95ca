/** The user's own training that is watched. Kept while the data set is open. */
import { untrack } from 'svelte';
import type { WatchState } from '../../contract/model/training-watch';
import type { Dataset } from './dataset.svelte';
import { Mirror } from './mirror.svelte';

export class WatchedTraining {
  readonly #dataset: Dataset;
  readonly state: Mirror<WatchState>;
  /** Id of the run to show; null: the latest. */
  #run = $state<string | null>(null);

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.state = new Mirror(() =>
      dataset.engine.call('watch.state', { dataset: dataset.id, run: untrack(() => this.#run) }),
    );
  }

  get run(): string | null {
    return this.#run;
  }

  set run(id: string | null) {
    this.#run = id;
    void this.state.refresh();
  }

  /** Follows the watched folder until the returned function is called. */
  listen(): () => void {
    untrack(() => void this.state.refresh());
    return this.#dataset.engine.on('watch-changed', (event) => {
      if (event.dataset === this.#dataset.id) void this.state.refresh();
    });
  }

  /** Asks for the folder to watch. */
  async choose(): Promise<void> {
    const { folder } = await this.#dataset.engine.call('shell.chooseWatched', { dataset: this.#dataset.id });
    if (folder !== null) this.run = null;
  }

  async stop(): Promise<void> {
    await this.#dataset.engine.call('watch.stop', { dataset: this.#dataset.id });
    this.run = null;
  }

  /** @returns the file's name, or null when the dialog was cancelled */
  async saveRecorder(): Promise<string | null> {
    return (await this.#dataset.engine.call('shell.saveWatchScript', { dataset: this.#dataset.id })).file;
  }
}
