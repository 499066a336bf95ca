/** Files that pages save: kept in memory until the browser has fetched them. */
import { randomBytes } from 'node:crypto';
import { PlumblineError } from '../contract/errors';

const KEPT_MS = 5 * 60_000;
/** Bytes of all files that wait. */
const MOST_BYTES = 500_000_000;

export interface Download {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class Downloads {
  readonly #waiting = new Map<string, Download>();
  #bytes = 0;

  /** @returns the id under which the file can be fetched once. @throws PlumblineError no-permission if too much waits */
  add(name: string, text: string): string {
    const bytes = new TextEncoder().encode(text);
    if (this.#bytes + bytes.length > MOST_BYTES)
      throw new PlumblineError(
        'no-permission',
        `“${name}” cannot be sent, because other downloads wait. Try again in five minutes.`,
      );
    const id = randomBytes(16).toString('hex');
    this.#waiting.set(id, { name, bytes });
    this.#bytes += bytes.length;
    setTimeout(() => this.take(id), KEPT_MS).unref();
    return id;
  }

  /** Returns the file and forgets it; null if there is none. */
  take(id: string): Download | null {
    const found = this.#waiting.get(id) ?? null;
    if (found !== null) this.#bytes -= found.bytes.length;
    this.#waiting.delete(id);
    return found;
  }
}
