/** A long list that is loaded page by page, by offset. */
import { PlumblineError, toWire } from '../../contract/errors';
import type { WireError } from '../../contract/errors';

const PAGE = 200;
/** Number of pages kept: at most 20,000 rows in memory. */
const KEPT = 100;

type Load<T> = (offset: number, limit: number) => Promise<{ total: number; items: T[] }>;

/**
 * `restart` changes the query, and answers to the old one are dropped. `refresh` repeats the query, and the old rows
 * stay until the new ones have arrived, so that a list does not flicker while an index grows.
 */
export class Paged<T> {
  #load: Load<T>;
  #total = $state<number | null>(null);
  #error = $state.raw<WireError | null>(null);
  /** Pages by number; a missing page is a hole. */
  #pages = $state.raw<readonly (readonly T[] | undefined)[]>([]);
  #generation = 0;
  #wanted: [number, number] = [0, 0];
  /** The generation in which each page was last requested. */
  #asked: (number | undefined)[] = [];

  constructor(load: Load<T>) {
    this.#load = load;
  }

  /** Null until the first answer. */
  get total(): number | null {
    return this.#total;
  }

  get error(): WireError | null {
    return this.#error;
  }

  at(index: number): T | undefined {
    return this.#pages[Math.floor(index / PAGE)]?.[index % PAGE];
  }

  restart(load: Load<T> = this.#load): Promise<void> {
    this.#load = load;
    this.#generation += 1;
    this.#asked = [];
    this.#pages = [];
    this.#total = null;
    this.#wanted = [0, 0];
    return this.#ask(0);
  }

  async refresh(): Promise<void> {
    this.#generation += 1;
    this.#asked = [];
    const [first, last] = this.#wanted;
    this.#pages = this.#pages.map((items, page) => (page >= first && page <= last ? items : undefined));
    await Promise.all(Array.from({ length: last - first + 1 }, (_, at) => this.#ask(first + at)));
  }

  /** Loads the items from `first` up to, but not including, `last`, unless they are loaded or requested. */
  async ensure(first: number, last: number): Promise<void> {
    const from = Math.floor(first / PAGE);
    const to = Math.floor(Math.max(first, last - 1) / PAGE);
    this.#wanted = [from, to];
    const asks: Promise<void>[] = [];
    for (let page = from; page <= to; page += 1) {
      const beyond = this.#total !== null && page > 0 && page * PAGE >= this.#total;
      if (!beyond && this.#asked[page] !== this.#generation) asks.push(this.#ask(page));
    }
    await Promise.all(asks);
  }

  async #ask(page: number): Promise<void> {
    const generation = this.#generation;
    this.#asked[page] = generation;
    try {
      const answer = await this.#load(page * PAGE, PAGE);
      if (generation !== this.#generation) return;
      this.#total = answer.total;
      this.#error = null;
      this.#keep(page, answer.items);
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#asked[page] = undefined;
      this.#error = toWire(error instanceof PlumblineError ? error : new PlumblineError('internal', String(error)));
    }
  }

  /** Stores a page. Beyond `KEPT` pages, those farthest from it are dropped. */
  #keep(page: number, items: readonly T[]): void {
    const pages = this.#pages.slice();
    pages[page] = items;
    const here = [...pages.keys()]
      .filter((at) => pages[at] !== undefined)
      .sort((a, b) => Math.abs(b - page) - Math.abs(a - page));
    for (const far of here.slice(0, Math.max(0, here.length - KEPT))) {
      pages[far] = undefined;
      this.#asked[far] = undefined;
    }
    this.#pages = pages;
  }
}
