/** Tags and notes of the open data set in the window. */
import type { RemarksChange, RemarksSummary } from '../../contract/model/remarks';
import type { Dataset } from './dataset.svelte';
import { keptFor } from './kept.svelte';
import { Mirror } from './mirror.svelte';

export class RemarksPlace {
  readonly #dataset: Dataset;
  readonly summary: Mirror<RemarksSummary>;
  readonly tags = $derived.by(() => this.summary.value?.tags ?? []);
  readonly notes = $derived.by(() => this.summary.value?.notes ?? 0);

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.summary = new Mirror(() => dataset.engine.call('review.remarksSummary', { dataset: dataset.id }));
  }

  /** Loads the tags in use. To be called in an effect: it runs again after each change. */
  follow(): void {
    if (this.#dataset.decided + this.#dataset.revision >= 0) void this.summary.refresh();
  }

  /** Changes the remarks on images, as one undoable step. @returns the number of images that changed */
  async change(images: readonly number[], change: RemarksChange): Promise<number> {
    const { engine, id } = this.#dataset;
    return (await engine.call('review.remark', { dataset: id, images: [...images], change })).images;
  }
}

export const remarksOf = keptFor((dataset) => new RemarksPlace(dataset));
