/** What the user should read: errors stay until they are closed, the rest goes by itself. */
import { toWire } from '../../contract/errors';
import type { WireError } from '../../contract/errors';

/** What a message offers to do about what it says. */
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Notice {
  readonly id: number;
  readonly tone: 'error' | 'info';
  readonly message: string;
  /** For the curious: the chain of causes. */
  readonly causes: readonly string[];
  readonly action: NoticeAction | null;
}

const SHOWN_MS = 6000;
const KEPT = 4;

export class Notices {
  #last = 0;
  #list = $state.raw<readonly Notice[]>([]);

  get list(): readonly Notice[] {
    return this.#list;
  }

  error(wire: WireError): void {
    if (wire.code === 'cancelled') return;
    this.#add('error', wire.message, wire.causes);
  }

  info(message: string, action: NoticeAction | null = null): void {
    const id = this.#add('info', message, [], action);
    setTimeout(() => this.close(id), SHOWN_MS);
  }

  /** Runs something for a click or a key; what goes wrong is shown. Resolves to whether it went well. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.error(toWire(error));
      return false;
    }
  }

  close(id: number): void {
    this.#list = this.#list.filter((notice) => notice.id !== id);
  }

  #add(tone: Notice['tone'], message: string, causes: readonly string[], action: NoticeAction | null = null): number {
    this.#last += 1;
    const others = this.#list.filter((notice) => notice.message !== message);
    this.#list = [...others, { id: this.#last, tone, message, causes, action }].slice(-KEPT);
    return this.#last;
  }
}
