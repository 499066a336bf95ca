/**
 * The port to one page in a browser. It lives longer than the page's connection: a page that reconnects goes on where it
 * was, and no frame is lost or received twice.
 */
import type { WebSocket } from 'ws';
import type { FromEngineFrame } from '../contract/frames';
import { toWire, PlumblineError } from '../contract/errors';
import type { Port } from '../contract/rpc/port';
import { LARGEST_MESSAGE, Sequence, messageSchema } from '../contract/rpc/sequence';
import { frameText } from './frame-text';

/** Calls of one page that may run at once. The window always has far fewer. */
const MOST_CALLS = 256;
/** Characters that wait for a slow page. Above the first, progress is replaced by newer progress; above the second, the page is dropped. */
const BUSY = 1_000_000;
const LOST = 2 * LARGEST_MESSAGE;
const HEARTBEAT_MS = 15_000;

/** A key for frames of which only the newest one matters; null for any other frame. */
function replaceable(frame: FromEngineFrame): string | null {
  if (frame.type !== 'event') return null;
  const payload = frame.payload as { job?: string; state?: string; dataset?: string; progress?: unknown };
  if (frame.name === 'job') return payload.state === 'running' ? `job ${payload.job}` : null;
  if (frame.name === 'unpacking') return payload.progress === null ? null : 'unpacking';
  return frame.name === 'lab-changed' || frame.name === 'dataset-changed' ? `${frame.name} ${payload.dataset}` : null;
}

export class Seat {
  readonly port: Port;
  readonly #sequence = new Sequence();
  readonly #newest = new Map<string, string>();
  readonly #closed: (() => void)[] = [];
  /** Milliseconds that a page has for coming back. */
  readonly #patience: number;
  #receive: (frame: unknown) => void = () => undefined;
  #socket: WebSocket | null = null;
  #calls = 0;
  #leaving: NodeJS.Timeout | null = null;
  #gone = false;

  constructor(patience: number) {
    this.#patience = patience;
    this.port = {
      post: (frame) => this.#post(frame as FromEngineFrame),
      listen: (receive) => (this.#receive = receive),
      whenClosed: (react) => void this.#closed.push(react),
    };
  }

  get connected(): boolean {
    return this.#socket !== null;
  }

  /** Goes on over this connection. @param seen the highest number that the page has received */
  attach(socket: WebSocket, seen: number, resumed: boolean): void {
    this.#socket?.terminate();
    this.#socket = socket;
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    let alive = true;
    const heartbeat = setInterval(() => {
      if (!alive) socket.terminate();
      alive = false;
      socket.ping();
      socket.send(this.#sequence.confirmation());
    }, HEARTBEAT_MS);
    socket.on('pong', () => (alive = true));
    socket.on('message', (data, binary) => {
      alive = true;
      if (this.#socket !== socket) return;
      // `ws` gives a message as one Buffer unless `binaryType` is changed.
      if (binary || !this.#hear((data as Buffer).toString('utf8'))) socket.close(1008);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(heartbeat);
      if (this.#socket === socket) this.#detach();
    });
    this.#sequence.confirm(seen);
    socket.send(JSON.stringify({ resumed, ack: this.#sequence.received }));
    for (const message of this.#sequence.pending()) socket.send(message);
  }

  /** Ends the port. */
  leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    this.#socket?.terminate();
    for (const react of this.#closed) react();
  }

  /** Runs `react` once when the port has ended. */
  whenLeft(react: () => void): void {
    this.#closed.push(react);
  }

  #detach(): void {
    this.#socket = null;
    this.#leaving = setTimeout(() => this.leave(), this.#patience).unref();
  }

  /** @returns whether the message follows the protocol */
  #hear(text: string): boolean {
    const message = messageSchema.safeParse(parsed(text));
    if (!message.success) return false;
    const { seq, ack, frame } = message.data;
    this.#sequence.confirm(ack);
    if (this.#sequence.waiting < BUSY) this.#flush();
    if (seq === 0) return true;
    // A frame above the limit does not count as received: the page sends it again over its next connection.
    if (this.#calls >= MOST_CALLS || !this.#sequence.take(seq, text.length)) return false;
    this.#calls += 1;
    this.#receive(frame);
    if (this.#sequence.owes) this.#socket?.send(this.#sequence.confirmation());
    return true;
  }

  #post(frame: FromEngineFrame): void {
    if (this.#gone) return;
    if (frame.type === 'reply' || frame.type === 'error') this.#calls -= 1;
    const text = textOf(frame);
    const key = this.#sequence.waiting < BUSY ? null : replaceable(frame);
    if (key !== null) this.#newest.set(key, text);
    else {
      // The end of a job must not be followed by its earlier progress.
      this.#flush();
      this.#send(text);
    }
  }

  #flush(): void {
    const texts = [...this.#newest.values()];
    this.#newest.clear();
    for (const text of texts) this.#send(text);
  }

  #send(text: string): void {
    const message = this.#sequence.add(text);
    if (this.#sequence.waiting > LOST) setImmediate(() => this.leave());
    else this.#socket?.send(message);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(frame: FromEngineFrame): string {
  const text = frameText(frame);
  if (text.length <= LARGEST_MESSAGE || frame.type !== 'reply') return text;
  const error = new PlumblineError('bad-request', 'This file is too large for the browser: more than 64 MB of text.');
  return JSON.stringify({ type: 'error', id: frame.id, ok: false, error: toWire(error) } satisfies FromEngineFrame);
}
