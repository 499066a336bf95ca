/** The images of an index, as the log of decisions is bound to them. */
import { addToIndex, emptyIndex, type ReviewImage, type ReviewIndex } from '../../core/review/binding';
import { atOnce, type Sliced } from '../../core/slices';
import type { Catalog } from './catalog';

/** Rows of one query: whoever reads in slices may query the store in between. */
const ROWS = 2000;

/** Read only when something asks for them, because that is costly in a large index; or before that, in slices. */
export class ReviewImages {
  readonly #db: Catalog['db'];
  readonly #images = new Map<number, ReviewImage>();
  readonly #index = emptyIndex();
  /** Path of the last image that was read; null when all were. */
  #last: string | null = '';

  constructor({ db }: Catalog) {
    this.#db = db;
  }

  /** By id, in the order of their paths. */
  get all(): ReadonlyMap<number, ReviewImage> {
    atOnce(this.ahead());
    return this.#images;
  }

  get index(): ReviewIndex {
    atOnce(this.ahead());
    return this.#index;
  }

  /** Reads them in slices, so that they are there when they are needed. */
  *ahead(): Sliced<void> {
    while (this.#last !== null) {
      this.#last = this.#readAfter(this.#last);
      yield;
    }
  }

  #readAfter(path: string): string | null {
    const rows = this.#db
      .prepare<[string], ReviewImage>(
        `SELECT id, path, sha256, class_name AS className, own_class AS ownClass FROM images
        WHERE class_name IS NOT NULL AND path > ? ORDER BY path LIMIT ${ROWS}`,
      )
      .all(path);
    for (const row of rows) {
      this.#images.set(row.id, row);
      addToIndex(this.#index, row);
    }
    return rows.at(-1)?.path ?? null;
  }
}
