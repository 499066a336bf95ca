/**
 * A slow link: `node bench/link.ts PORT MILLISECONDS MBIT` relays TCP connections to PORT of this machine. Each way has
 * this delay and this rate, which all connections share, and a queue of at most 100 ms, as in a router. A new connection
 * waits for one round trip more, as its handshake would. Prints its own port; a line of input is answered with the bytes
 * towards the browser so far.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

const [port = 0, delay = 20, mbit = 20] = process.argv.slice(2).map(Number);
const BYTES_A_MS = (mbit * 1e6) / 8 / 1000;
const QUEUE_MS = 100;

/** One way of the link: what is sent leaves at the rate, in order, and arrives after the delay. */
class Way {
  #free = 0;
  bytes = 0;

  /** Milliseconds until this many bytes have left; what comes later waits behind them. */
  send(bytes: number): number {
    const now = performance.now();
    this.#free = Math.max(now, this.#free) + bytes / BYTES_A_MS;
    this.bytes += bytes;
    return this.#free - now;
  }
}

function relay(from: Socket, to: Socket, way: Way, opened: number): void {
  let last = Promise.resolve();
  const arrive = (at: number, act: () => void): void => {
    // Timers of the same time may fire in another order than they were set.
    const due = new Promise<void>((resolve) => setTimeout(resolve, at - performance.now()));
    last = last.then(() => due).then(act);
  };
  from.on('data', (chunk: Buffer) => {
    const leaves = way.send(chunk.length);
    arrive(Math.max(performance.now() + leaves, opened) + delay, () => void to.write(chunk));
    if (leaves > QUEUE_MS) {
      from.pause();
      setTimeout(() => from.resume(), leaves - QUEUE_MS);
    }
  });
  from.on('end', () => arrive(performance.now() + delay, () => void to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => arrive(performance.now() + delay, () => void to.destroy()));
}

const [up, down] = [new Way(), new Way()];
const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
  const opened = performance.now() + 2 * delay;
  const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  relay(near, far, up, opened);
  relay(far, near, down, opened);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
createInterface(process.stdin).on('line', () => process.stdout.write(`${down.bytes}\n`));
process.stdin.on('end', () => process.exit());
