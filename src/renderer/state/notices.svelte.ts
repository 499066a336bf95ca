/**
 * What the user should read: errors stay until they are closed or what they are about was done again, the rest goes by
 * itself.
 */
import { toWire } from '../../contract/errors';
import type { WireError } from '../../contract/errors';

/** What a message offers to do about what it says. */
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

/** What a notice is about; both null for what nothing done in the window settles. */
export interface Subject {
  /** Another one opened, or none, makes the notice pointless. */
  readonly dataset: string | null;
  /** What is tried again: a view, a job, opening a folder. */
  readonly thing: string | null;
}

export interface Notice {
  readonly id: number;
  readonly tone: 'error' | 'info';
  readonly message: string;
  /** For the curious: the chain of causes. */
  readonly causes: readonly string[];
  readonly action: NoticeAction | null;
  readonly about: Subject;
}

const NOTHING: Subject = { dataset: null, thing: null };
const SHOWN_MS = 6000;
const KEPT = 4;

export class Notices {
  readonly #where: () => Subject;
  #last = 0;
  #list = $state.raw<readonly Notice[]>([]);

  /** @param where the data set and the view that are shown: what is done without a subject of its own is about them */
  constructor(where: () => Subject) {
    this.#where = where;
  }

  get list(): readonly Notice[] {
    return this.#list;
  }

  error(wire: WireError, about = NOTHING): void {
    if (wire.code === 'cancelled') return;
    this.#add('error', wire.message, wire.causes, about);
  }

  info(message: string, action: NoticeAction | null = null): void {
    const id = this.#add('info', message, [], action === null ? NOTHING : { ...this.#where(), thing: null }, action);
    setTimeout(() => this.close(id), SHOWN_MS);
  }

  /**
   * Runs something for a click or a key; what goes wrong is shown until the next attempt in the same place. Resolves to
   * whether it went well.
   */
  async attempt(action: () => Promise<unknown>, about = this.#where()): Promise<boolean> {
    try {
      await action();
      this.settle(about);
      return true;
    } catch (error) {
      this.settle(about);
      this.error(toWire(error), about);
      return false;
    }
  }

  close(id: number): void {
    this.#keep((notice) => notice.id !== id);
  }

  /** Closes the errors about this: it was mended or tried again. */
  settle({ dataset, thing }: Subject): void {
    if (thing !== null) this.#keep((notice) => notice.about.thing !== thing || notice.about.dataset !== dataset);
  }

  /** Closes what is about any other data set than this. */
  leave(dataset: string | null): void {
    this.#keep(({ about }) => about.dataset === null || about.dataset === dataset);
  }

  #keep(isKept: (notice: Notice) => boolean): void {
    if (!this.#list.every(isKept)) this.#list = this.#list.filter(isKept);
  }

  #add(
    tone: Notice['tone'],
    message: string,
    causes: readonly string[],
    about: Subject,
    action: NoticeAction | null = null,
  ): number {
    this.#last += 1;
    const others = this.#list.filter((notice) => notice.message !== message);
    this.#list = [...others, { id: this.#last, tone, message, causes, action, about }].slice(-KEPT);
    return this.#last;
  }
}
