/**
 * State of the image gallery: filter, order, position, selection. Kept while the data set is open, so that coming back
 * finds it unchanged.
 */
import { SvelteSet } from 'svelte/reactivity';
import type { ImageCard } from '../../contract/model/image';
import type { Act } from '../../contract/model/review';
import type { ImageFilter, ImageSort } from '../../contract/model/queries';
import type { Dataset } from './dataset.svelte';
import { withDecisions, type Decided } from './decided';
import { imageIds } from './image-ids';
import { keptFor } from './kept.svelte';
import { Paged } from './paged.svelte';

/** Ids per call in a filter. */
const CHUNK = 1000;
/** How many images “select all” takes. */
const SELECTED_MOST = 20_000;
const FIRST_SORT: ImageSort = { by: 'path', descending: false };
/** The worst images of a finding first, or the most similar images. */
export const RANKED: ImageSort = { by: 'value', descending: false };

export class Gallery {
  readonly #dataset: Dataset;
  readonly cards: Paged<Decided<ImageCard>>;
  #filter = $state.raw<ImageFilter>({});
  #sort = $state.raw<ImageSort>(FIRST_SORT);
  /** Ids of the selected images. */
  readonly selected = new SvelteSet<number>();
  /** Index of the tile with the keyboard focus. */
  active = $state(0);
  /** True while the detail panel is open; the panel follows the active tile. */
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

  /** Replaces the filter. An entry that is undefined or an empty list does not filter. */
  show(filter: ImageFilter, sort: ImageSort = this.#sort): void {
    const before = this.#filter;
    this.#filter = clean(filter);
    if (JSON.stringify(before) !== JSON.stringify(this.#filter)) void this.#dropHidden();
    const { like, finding, suspect } = this.#filter;
    const ranked = [like, finding, suspect].some((part) => part !== undefined);
    this.#sort = sort.by === 'value' && !ranked ? FIRST_SORT : sort;
    this.#restart();
  }

  /** Changes single parts of the filter. */
  narrow(part: { [K in keyof ImageFilter]?: ImageFilter[K] | undefined }): void {
    this.show({ ...this.#filter, ...part });
  }

  /** @returns a function that shows the images as they are now */
  keep(): () => void {
    const [filter, sort, active, detail] = [this.#filter, this.#sort, this.active, this.detail];
    return () => {
      this.show(filter, sort);
      this.active = active;
      this.detail = detail;
    };
  }

  order(sort: ImageSort): void {
    this.#sort = sort;
    this.#restart();
  }

  /** Reloads what is visible if the data set or its decisions have changed since. */
  follow({ revision, decided }: Dataset): void {
    if (revision + decided === this.#seen) return;
    this.#seen = revision + decided;
    void this.cards.refresh();
  }

  toggle(id: number): void {
    if (!this.selected.delete(id)) this.selected.add(id);
  }

  /** An image, and the others of the selection if it is one of them. */
  selectedWith(id: number): number[] {
    return this.selected.has(id) ? [id, ...[...this.selected].filter((other) => other !== id)] : [id];
  }

  /** Adds all loaded images between two indices. */
  selectRange(from: number, to: number): void {
    for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
      const card = this.cards.at(index);
      if (card !== undefined) this.selected.add(card.id);
    }
  }

  /** All images that match the filter, up to the limit. */
  async selectAll(): Promise<void> {
    const filter = this.#filter;
    const ids = await imageIds(this.#dataset, filter, SELECTED_MOST);
    if (filter === this.#filter) for (const id of ids) this.selected.add(id);
  }

  clearSelection(): void {
    this.selected.clear();
  }

  /**
   * Moves the selected images to a class, also to a new one, as one undoable step, and clears the selection.
   * @returns the number of images, and the batch for `review.undo`
   */
  async moveSelected(label: string): Promise<{ acts: number; batch: number }> {
    const { engine, id } = this.#dataset;
    const acts = [...this.selected].map((image): Act => ({ image, kind: 'move', label }));
    const done = await engine.call('review.act', { dataset: id, acts, queue: null, note: null, source: 'images' });
    this.selected.clear();
    return done;
  }

  /** Images that the filter hides must not be decided with the others: they leave the selection. */
  async #dropHidden(): Promise<void> {
    if (this.selected.size === 0) return;
    const filter = this.#filter;
    const among = new SvelteSet(filter.ids ?? this.selected);
    const ids = [...this.selected].filter((id) => among.has(id));
    const left = new SvelteSet<number>();
    for (let offset = 0; offset < ids.length; offset += CHUNK) {
      const part = { ...filter, ids: ids.slice(offset, offset + CHUNK) };
      for (const id of await imageIds(this.#dataset, part, CHUNK)) left.add(id);
    }
    if (filter !== this.#filter) return;
    for (const id of this.selected) if (!left.has(id)) this.selected.delete(id);
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

/** The gallery state of a data set; created at first use. */
export const galleryOf = keptFor((dataset) => new Gallery(dataset));
