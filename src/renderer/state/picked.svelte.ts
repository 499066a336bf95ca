/** Images that the user picked in a part of a view: a cell of the confusion matrix, or a region of the map. */
import { SvelteSet } from 'svelte/reactivity';
import type { ImageCard } from '../../contract/model/image';
import type { ImageFilter } from '../../contract/model/queries';
import type { Dataset } from './dataset.svelte';
import { withDecisions, type Decided } from './decided';
import { imageIds } from './image-ids';
import { Mirror } from './mirror.svelte';
import { Paged } from './paged.svelte';

/** The most images that can be picked and decided at once. */
export const PICKED_MOST = 20_000;

export class Picked {
  readonly #dataset: Dataset;
  readonly filter: ImageFilter;
  readonly cards: Paged<Decided<ImageCard>>;
  /** Number of images without a decision. */
  readonly open: Mirror<number>;
  /** Ids of the images selected among the picked ones. */
  readonly selected = new SvelteSet<number>();
  /** Index of the tile with the keyboard focus. */
  active = $state(0);
  /** True while that image is shown large instead of the tiles. */
  detail = $state(false);
  #seen: number;

  constructor(dataset: Dataset, filter: ImageFilter) {
    this.#dataset = dataset;
    this.filter = filter;
    this.cards = new Paged(async (offset, limit) => {
      const { total, items } = await this.#list(filter, offset, limit);
      return { total, items: await withDecisions(dataset, items, (card) => card.id) };
    });
    this.open = new Mirror(async () => (await this.#list(this.#openOnly, 0, 1)).total);
    this.#seen = dataset.revision + dataset.decided;
    void this.cards.restart();
    void this.open.refresh();
  }

  get #openOnly(): ImageFilter {
    return { ...this.filter, decided: ['open'] };
  }

  /** Reloads if the data set or its decisions have changed since. */
  follow({ revision, decided }: Dataset): void {
    if (revision + decided === this.#seen) return;
    this.#seen = revision + decided;
    void this.cards.refresh();
    void this.open.refresh();
  }

  toggle(id: number): void {
    if (!this.selected.delete(id)) this.selected.add(id);
  }

  async selectAll(): Promise<void> {
    for (const id of await imageIds(this.#dataset, this.filter, PICKED_MOST)) this.selected.add(id);
  }

  /** Ids of the images without a decision: a decision on all must not change what was decided one by one. */
  undecided(): Promise<number[]> {
    return imageIds(this.#dataset, this.#openOnly, PICKED_MOST);
  }

  /** After a decision: the next image without one. */
  async next(): Promise<void> {
    for (let index = this.active + 1; index < (this.cards.total ?? 0); index += 1) {
      await this.cards.ensure(index, index + 1);
      if (this.cards.at(index)?.decision !== null) continue;
      this.active = index;
      return;
    }
  }

  #list(filter: ImageFilter, offset: number, limit: number) {
    const { engine, id: dataset } = this.#dataset;
    return engine.call('images.list', { dataset, offset, limit, filter, sort: { by: 'path', descending: false } });
  }
}

/** A cell of a confusion matrix, and its images. */
export interface PickedCell {
  readonly cell: NonNullable<ImageFilter['cell']>;
  readonly picked: Picked;
}

/** @param split the only split whose images are picked; null for all */
export function pickCell(dataset: Dataset, cell: PickedCell['cell'], split: string | null): PickedCell {
  return { cell, picked: new Picked(dataset, { cell, ...(split === null ? {} : { splits: [split] }) }) };
}
