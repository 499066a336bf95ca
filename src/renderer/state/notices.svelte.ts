/**
 * Messages to the user. Errors stay until they are dismissed or the same action succeeds; other messages disappear by
 * themselves.
 */
import { toWire } from '../../contract/errors';
import type { WireError } from '../../contract/errors';

/** The action that a message offers. */
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

/** The subject of a notice; both are null if no action in the window can settle it. */
export interface Subject {
  /** The notice is dropped when another data set is opened, or this one is closed. */
  readonly dataset: string | null;
  /** What is tried again: a view, a job, or opening a folder. */
  readonly thing: string | null;
}

export interface Notice {
  readonly id: number;
  readonly tone: 'error' | 'info';
  readonly message: string;
  /** The chain of causes, for those who want details. */
  readonly causes: readonly string[];
  readonly action: NoticeAction | null;
  readonly about: Subject;
}

const NOTHING: Subject = { dataset: null, thing: null };
const SHOWN_MS = 10_000;
const KEPT = 4;

export class Notices {
  readonly #where: () => Subject;
  readonly #remedy: (error: WireError) => NoticeAction | null;
  #last = 0;
  #list = $state.raw<readonly Notice[]>([]);

  /**
   * @param where the open data set and view: actions without a subject of their own belong to these
   * @param remedy what the window can do about an error
   */
  constructor(where: () => Subject, remedy: (error: WireError) => NoticeAction | null = () => null) {
    this.#where = where;
    this.#remedy = remedy;
  }

  get list(): readonly Notice[] {
    return this.#list;
  }

  error(wire: WireError, about = NOTHING): void {
    if (wire.code === 'cancelled') return;
    this.#add('error', wire.message, wire.causes, about, this.#remedy(wire));
  }

  info(message: string, action: NoticeAction | null = null): void {
    const id = this.#add('info', message, [], action === null ? NOTHING : { ...this.#where(), thing: null }, action);
    setTimeout(() => this.close(id), SHOWN_MS);
  }

  /**
   * Runs the action of a click or key. Its error is shown until the next attempt in the same place. Resolves to whether
   * it succeeded.
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

  /** Dismisses the errors on this subject, because the action succeeded or was tried again. */
  settle({ dataset, thing }: Subject): void {
    if (thing !== null) this.#keep((notice) => notice.about.thing !== thing || notice.about.dataset !== dataset);
  }

  /** Dismisses the notices on all other data sets. */
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
