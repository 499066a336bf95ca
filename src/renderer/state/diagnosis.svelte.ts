/** The selected predictions and their diagnosis. Kept while the data set is open. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Diagnosed, PredictionsSummary } from '../../contract/model/collapse';
import { toWire } from '../../contract/errors';
import { modelsIn } from '../../core/collapse/several-models';
import type { Preprocessing } from '../../contract/model/user-model';
import type { Dataset } from './dataset.svelte';
import { Mirror } from './mirror.svelte';
import { pickCell, type PickedCell } from './picked.svelte';

/** A model file that the user chose, and the preprocessing to run it with. */
export interface ModelChoice {
  readonly model: string;
  readonly name: string;
}

/** A table with predictions of several models, of which the user has to choose. */
export interface SeveralModels {
  readonly name: string;
  readonly text: string;
  readonly models: readonly string[];
}

interface Shown {
  readonly id: string;
  readonly split: string | null;
  readonly diagnosed: Diagnosed;
}

export class Diagnoses {
  readonly #dataset: Dataset;
  readonly list: Mirror<PredictionsSummary[]>;
  /** The diagnosis of the selection; the previous one stays until the next has arrived. */
  readonly shown: Mirror<Shown | null>;
  /** Models run in this window, by the predictions they made: they can be run again without choosing the file again. */
  readonly #models = new SvelteMap<string, ModelChoice>();
  several = $state.raw<SeveralModels | null>(null);
  /** The cell of the confusion matrix whose images are shown beside the diagnosis. */
  cell = $state.raw<PickedCell | null>(null);
  #wanted = $state<string | null>(null);
  #split = $state<string | null>(null);
  #seen: number;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#seen = dataset.revision;
    this.list = new Mirror(() => dataset.engine.call('diagnosis.list', { dataset: dataset.id }));
    this.shown = new Mirror(() => this.#pullShown());
    void this.refresh();
  }

  /** The selected predictions; by default the user's newest, else those of a probe. */
  readonly selected = $derived.by((): PredictionsSummary | null => {
    const all = this.list.value ?? [];
    return all.find((one) => one.id === this.#wanted) ?? all.find((one) => one.source !== 'probe') ?? all[0] ?? null;
  });

  /** Null for all images. */
  get split(): string | null {
    return this.#split;
  }

  select(id: string): void {
    this.#wanted = id;
    this.#split = null;
    this.cell = null;
    void this.shown.refresh();
  }

  showSplit(split: string | null): void {
    this.#split = split;
    this.cell = null;
    void this.shown.refresh();
  }

  /** Shows the images that these predictions put in a cell. */
  pickCell(predictions: string, given: string, predicted: string): void {
    this.cell = pickCell(this.#dataset, { predictions, given, predicted }, this.#split);
  }

  follow(revision: number): void {
    if (revision === this.#seen) return;
    this.#seen = revision;
    untrack(() => void this.refresh());
  }

  async refresh(): Promise<void> {
    await this.list.refresh();
    await this.shown.refresh();
  }

  /** Shows the dialog. False if the user cancelled it. */
  async importFile(): Promise<boolean> {
    const { file } = await this.#dataset.engine.call('shell.readText', {
      dataset: this.#dataset.id,
      what: 'predictions',
    });
    if (file !== null) await this.importText(file.name, file.text);
    return file !== null;
  }

  /** A table of several models waits in `several` for the user's choice. */
  async importText(name: string, text: string): Promise<void> {
    try {
      await this.#import({ name, text });
    } catch (error) {
      const models = modelsIn(toWire(error));
      if (models.length === 0) throw error;
      this.several = { name, text, models };
    }
  }

  /** Imports some models of a table, one after the other. The first is shown. */
  async importModels({ name, text }: SeveralModels, models: readonly string[]): Promise<void> {
    for (const model of models.toReversed()) await this.#import({ name, text, model });
  }

  async #import(table: { readonly name: string; readonly text: string; readonly model?: string }): Promise<void> {
    const { id } = await this.#dataset.engine.call('diagnosis.import', { dataset: this.#dataset.id, ...table });
    await this.#land(id);
  }

  async remove(id: string): Promise<void> {
    await this.#dataset.engine.call('diagnosis.remove', { dataset: this.#dataset.id, id });
    if (this.#wanted === id) this.#wanted = null;
    this.#split = null;
    this.cell = null;
    await this.refresh();
  }

  /** Null if the user cancelled the dialog. */
  async chooseModel(from: 'file' | 'folder'): Promise<ModelChoice | null> {
    const { model, name } = await this.#dataset.engine.call('shell.chooseModel', { dataset: this.#dataset.id, from });
    return model === null || name === null ? null : { model, name };
  }

  /** The model that made these predictions, if it was chosen in this window. */
  modelOf(id: string): ModelChoice | null {
    return this.#models.get(id) ?? null;
  }

  async runModel(choice: ModelChoice, preprocessing: Preprocessing | null, side: number | null): Promise<void> {
    const { id } = await this.#dataset.engine.runJob('jobs.diagnose', {
      dataset: this.#dataset.id,
      model: choice.model,
      preprocessing,
      side,
    });
    this.#models.set(id, choice);
    await this.#land(id);
  }

  async runProbe(): Promise<void> {
    await this.#dataset.engine.call('jobs.probe', { dataset: this.#dataset.id, probe: 'instant' });
  }

  async #land(id: string): Promise<void> {
    this.#wanted = id;
    this.#split = null;
    this.cell = null;
    await this.refresh();
  }

  async #pullShown(): Promise<Shown | null> {
    const id = this.selected?.id;
    if (id === undefined) return null;
    const split = this.#split;
    return {
      id,
      split,
      diagnosed: await this.#dataset.engine.call('diagnosis.get', { dataset: this.#dataset.id, id, split }),
    };
  }
}
