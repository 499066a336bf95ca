/** Limits the tries of a client that guesses tokens or passwords. */
import { isIPv6 } from 'node:net';

const MINUTE = 60_000;
/** Wrong tries a minute from one address, and from all together. */
const FROM_ONE = 10;
const FROM_ALL = 100;

/** One client of the IPv6 network usually has all addresses of a network of 64 bits. */
function networkOf(address: string): string {
  const plain = address.replace(/%.*/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = [], tail = []] = plain.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16))
    .join(':');
}

export class WrongTries {
  readonly #now: () => number;
  #minute = 0;
  #all = 0;
  readonly #one = new Map<string, number>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Whether no further try from this address is allowed in this minute. */
  blocks(address: string): boolean {
    this.#turn();
    return this.#all >= FROM_ALL || (this.#one.get(networkOf(address)) ?? 0) >= FROM_ONE;
  }

  note(address: string): void {
    this.#turn();
    const network = networkOf(address);
    this.#all += 1;
    this.#one.set(network, (this.#one.get(network) ?? 0) + 1);
  }

  #turn(): void {
    const minute = Math.floor(this.#now() / MINUTE);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#all = 0;
    this.#one.clear();
  }
}
