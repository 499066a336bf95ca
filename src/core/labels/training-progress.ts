/**
 * Progress of training over several folds, counted in images. Images that early stopping saves are subtracted from the
 * total, so that the speed remains correct.
 */
export class TrainingProgress {
  readonly #planned: Map<number, number>;
  readonly #done = new Map<number, number>();

  /** @param planned images per fold: fold size times the maximum number of epochs */
  constructor(planned: Iterable<readonly [fold: number, images: number]>) {
    this.#planned = new Map(planned);
  }

  /** Images that a fold has been trained on so far. */
  reach(fold: number, images: number): void {
    this.#done.set(fold, images);
  }

  /** Marks a fold as finished. */
  end(fold: number): void {
    this.#planned.set(fold, this.#done.get(fold) ?? 0);
  }

  get done(): number {
    return sum(this.#done.values());
  }

  get total(): number {
    return sum(this.#planned.values());
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
