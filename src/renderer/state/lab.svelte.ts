/** The collapse lab of a data set, while it runs and after. Kept while the data set is open. */
import { untrack } from 'svelte';
import type { LabState, StoredLab } from '../../contract/model/collapse';
import { LAB_BUDGETS, type LabRun } from '../../contract/model/lab';
import type { WireReading } from '../../contract/model/recipe';
import type { Dataset } from './dataset.svelte';
import { Mirror } from './mirror.svelte';

export type LabBudget = keyof typeof LAB_BUDGETS;

/** A run without its curves, for lists of runs. */
export type RunHead = Omit<LabRun, 'traces'>;

export class Lab {
  readonly #dataset: Dataset;
  readonly state: Mirror<LabState>;
  /** Holds null if no lab has finished. */
  readonly stored: Mirror<{ lab: StoredLab | null; kept: number }>;
  budget = $state<LabBudget>('quick');
  /** Id of the highlighted choice. */
  choice = $state<string | null>(null);
  #seen: number;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#seen = dataset.revision;
    this.state = new Mirror(() => dataset.engine.call('lab.state', { dataset: dataset.id }));
    this.stored = new Mirror(() => dataset.engine.call('lab.result', { dataset: dataset.id }));
    void this.state.refresh();
    void this.stored.refresh();
  }

  /** Follows a running lab until the returned function is called. */
  listen(): () => void {
    untrack(() => void this.state.refresh());
    return this.#dataset.engine.on('lab-changed', (event) => {
      if (event.dataset === this.#dataset.id) void this.state.refresh();
    });
  }

  follow(revision: number): void {
    if (revision === this.#seen) return;
    this.#seen = revision;
    untrack(() => {
      void this.state.refresh();
      void this.stored.refresh();
    });
  }

  readonly job = $derived.by(() => this.#dataset.jobs.latest('lab'));

  readonly running = $derived.by(() => (this.job?.state === 'running' ? this.job : null));

  /** The last lab if it was interrupted; it continues where it stopped. */
  readonly stopped = $derived.by(() =>
    this.job !== null && ['cancelled', 'interrupted', 'failed'].includes(this.job.state) ? this.job : null,
  );

  async start(reading: WireReading): Promise<void> {
    await this.#dataset.engine.call('jobs.lab', {
      dataset: this.#dataset.id,
      reading,
      budgetSeconds: LAB_BUDGETS[this.budget],
    });
  }

  /** The curves of a finished run of the running lab. */
  run(index: number): Promise<LabRun> {
    return this.#dataset.engine.call('lab.run', { dataset: this.#dataset.id, index });
  }

  /** @returns the file's name, or null when the dialog was cancelled */
  async save(): Promise<string | null> {
    return (await this.#dataset.engine.call('shell.saveJson', { dataset: this.#dataset.id, what: 'lab' })).file;
  }
}
