/**
 * What the gallery shows: filter, order, place, selection. Kept while the data set is open, so that going back finds it
 * as it was.
 */
import { SvelteSet } from 'svelte/reactivity';
import type { ImageCard } from '../../contract/model/image';
import type { ImageFilter, ImageSort } from '../../contract/model/queries';
import type { Dataset } from './dataset.svelte';
import { withDecisions, type Decided } from './decided';
import { keptFor } from './kept.svelte';
import { Paged } from './paged.svelte';

const FIRST_SORT: ImageSort = { by: 'path', descending: false };

export class Gallery {
  readonly #dataset: Dataset;
  readonly cards: Paged<Decided<ImageCard>>;
  #filter = $state.raw<ImageFilter>({});
  #sort = $state.raw<ImageSort>(FIRST_SORT);
  /** Ids. */
  readonly selected = new SvelteSet<number>();
  /** Index of the tile that has the keyboard. */
  active = $state(0);
  /** True while the detail panel is open; it follows the active tile. */
  detail = $state(false);
  tile = $state(128);
  #seen = 0;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.cards = new Paged(this.#loader());
    this.#seen = dataset.revision + dataset.decided;
    void this.cards.restart();
  }

  get filter(): ImageFilter {
    return this.#filter;
  }

  get sort(): ImageSort {
    return this.#sort;
  }

  readonly filtered = $derived(Object.values(this.#filter).some((part) => part !== undefined));

  /** Replaces the filter; an entry that is undefined or an empty list is no filter. */
  show(filter: ImageFilter, sort: ImageSort = this.#sort): void {
    this.#filter = clean(filter);
    this.#sort = sort.by === 'value' && this.#filter.finding === undefined ? FIRST_SORT : sort;
    this.#restart();
  }

  /** Changes single parts of the filter. */
  narrow(part: { [K in keyof ImageFilter]?: ImageFilter[K] | undefined }): void {
    this.show({ ...this.#filter, ...part });
  }

  order(sort: ImageSort): void {
    this.#sort = sort;
    this.#restart();
  }

  /** Pulls again what is on screen when the data set, or what is decided on it, has changed since. */
  follow({ revision, decided }: Dataset): void {
    if (revision + decided === this.#seen) return;
    this.#seen = revision + decided;
    void this.cards.refresh();
  }

  toggle(id: number): void {
    if (!this.selected.delete(id)) this.selected.add(id);
  }

  /** Adds everything between two indices that is loaded. */
  selectRange(from: number, to: number): void {
    for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
      const card = this.cards.at(index);
      if (card !== undefined) this.selected.add(card.id);
    }
  }

  clearSelection(): void {
    this.selected.clear();
  }

  #restart(): void {
    this.active = 0;
    void this.cards.restart(this.#loader());
  }

  #loader() {
    const dataset = this.#dataset;
    const filter = this.#filter;
    const sort = this.#sort;
    return async (offset: number, limit: number) => {
      const { total, items } = await dataset.engine.call('images.list', {
        dataset: dataset.id,
        offset,
        limit,
        filter,
        sort,
      });
      return { total, items: await withDecisions(dataset, items, (card) => card.id) };
    };
  }
}

function clean(filter: ImageFilter): ImageFilter {
  const kept = Object.entries(filter).filter(
    ([, part]) => part !== undefined && part !== '' && !(Array.isArray(part) && part.length === 0),
  );
  return Object.fromEntries(kept);
}

/** The one gallery of a data set. */
export const galleryOf = keptFor((dataset) => new Gallery(dataset));
