/** What an unpacking left out or changed, counted by kind with one example. */
import type { UnpackNote } from '../../contract/model/unpacked';

export class UnpackNotes {
  readonly #byCode = new Map<UnpackNote['code'], UnpackNote>();
  /** Codes whose every detail counts, such as the arrays with labels. */
  readonly #all: UnpackNote[] = [];

  /** Counts one more of a kind; the first one is the example. */
  count(code: UnpackNote['code'], detail: string): void {
    const known = this.#byCode.get(code);
    this.#byCode.set(code, { code, count: (known?.count ?? 0) + 1, detail: known?.detail ?? detail });
  }

  /** Adds a note of its own. */
  tell(code: UnpackNote['code'], detail: string): void {
    if (!this.#all.some((note) => note.code === code && note.detail === detail))
      this.#all.push({ code, count: 1, detail });
  }

  get list(): UnpackNote[] {
    return [...this.#all, ...this.#byCode.values()];
  }
}
