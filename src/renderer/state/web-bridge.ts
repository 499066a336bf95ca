/**
 * The bridge of a page in a browser: a WebSocket to the server that the page came from. When the connection breaks, the
 * page goes on over a new one; if the server was started again meanwhile, the window sees an engine that was restarted.
 */
import type { JobStatus } from '../../contract/model/job';
import type { WindowBridge } from '../../contract/bridge';
import { PlumblineError, toWire } from '../../contract/errors';
import { fromEngineFrameSchema, type FromEngineFrame, type RequestFrame } from '../../contract/frames';
import { LARGEST_MESSAGE, Sequence, messageSchema, welcomeSchema } from '../../contract/rpc/sequence';
import { frameOfText } from './frame-of-text';

/** Waiting times before the attempts to connect again. */
const BACK_OFF_MS = [200, 500, 1000, 2000, 5000];
/** The server sends something at least every 15 seconds. */
const SILENCE_MS = 40_000;
/** How long a break is before the window shows it. */
const SHOWN_AFTER_MS = 1500;

function pageName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

class WebConnection {
  readonly #address: string;
  readonly #page = pageName();
  readonly #listeners = new Set<(frame: FromEngineFrame) => void>();
  /** Requests without an answer, and jobs without an end: the server forgets both when it is started again. */
  readonly #asked = new Set<number>();
  readonly #jobs = new Map<string, JobStatus>();
  #sequence = new Sequence();
  #socket: WebSocket | null = null;
  #welcomed = false;
  #known = false;
  #failures = 0;
  #silence = 0;
  #broken = 0;
  #shownBroken = false;

  constructor(address: string) {
    this.#address = address;
    this.#connect();
  }

  post(frame: RequestFrame): void {
    const text = JSON.stringify(frame);
    // The envelope of a message is short. Text needs up to three bytes a character.
    if (text.length * 3 > LARGEST_MESSAGE && new TextEncoder().encode(text).length > LARGEST_MESSAGE - 1000) {
      const error = new PlumblineError(
        'bad-request',
        'This is larger than 64 MB, which is too large for the browser. Copy the file to the server and use the command line there.',
      );
      queueMicrotask(() => this.#tell({ type: 'error', id: frame.id, ok: false, error: toWire(error) }));
      return;
    }
    this.#asked.add(frame.id);
    const message = this.#sequence.add(text);
    if (this.#welcomed) this.#socket?.send(message);
  }

  subscribe(listener: (frame: FromEngineFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #connect(): void {
    const socket = new WebSocket(`${this.#address}?page=${this.#page}&seen=${this.#sequence.received}`);
    this.#socket = socket;
    this.#welcomed = false;
    this.#listen(socket);
    socket.onmessage = ({ data }) => {
      this.#listen(socket);
      if (typeof data !== 'string') return;
      if (this.#welcomed) this.#hear(data);
      else this.#greet(JSON.parse(data));
    };
    socket.onclose = () => this.#lose(socket);
  }

  /** Closes a connection over which nothing arrives, for example after the computer slept. */
  #listen(socket: WebSocket): void {
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => {
      socket.close();
      this.#lose(socket);
    }, SILENCE_MS);
  }

  #greet(data: unknown): void {
    const { resumed, ack } = welcomeSchema.parse(data);
    this.#welcomed = true;
    this.#failures = 0;
    clearTimeout(this.#broken);
    if (this.#known && !resumed) this.#startAgain();
    else {
      this.#sequence.confirm(ack);
      for (const message of this.#sequence.pending()) this.#socket?.send(message);
      if (this.#shownBroken) this.#tellState('up', 'The connection is back.');
    }
    this.#known = true;
    this.#shownBroken = false;
  }

  /** The server does not know this page: all earlier requests and jobs are lost. */
  #startAgain(): void {
    this.#sequence = new Sequence();
    const error = toWire(new PlumblineError('engine-exited', 'The server was started again. Try it again.'));
    for (const id of [...this.#asked]) this.#tell({ type: 'error', id, ok: false, error });
    for (const status of [...this.#jobs.values()])
      this.#tell({ type: 'event', name: 'job', payload: { ...status, state: 'interrupted', result: null } });
    this.#tellState('restarted', 'The server was started again.');
  }

  #hear(data: string): void {
    const message = messageSchema.safeParse(frameOfText(data));
    if (!message.success) return;
    const { seq, ack, frame } = message.data;
    this.#sequence.confirm(ack);
    if (seq === 0) return;
    // A message that was received before its confirmation was lost.
    if (!this.#sequence.take(seq, data.length)) return;
    const parsed = fromEngineFrameSchema.safeParse(frame);
    // The client reports a frame that does not fit.
    this.#tell(parsed.success ? parsed.data : (frame as FromEngineFrame));
    if (this.#sequence.owes && this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(this.#sequence.confirmation());
  }

  #tell(frame: FromEngineFrame): void {
    if (frame.type === 'reply' || frame.type === 'error') this.#asked.delete(frame.id);
    if (frame.type === 'event' && frame.name === 'job') {
      const status = frame.payload as JobStatus;
      if (status.state === 'running') this.#jobs.set(status.job, status);
      else this.#jobs.delete(status.job);
    }
    for (const listener of [...this.#listeners]) listener(frame);
  }

  #tellState(state: 'up' | 'restarted' | 'down', message: string): void {
    this.#tell({ type: 'event', name: 'engine', payload: { state, message } });
  }

  #lose(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#welcomed = false;
    clearTimeout(this.#silence);
    if (this.#failures === 0)
      this.#broken = window.setTimeout(
        () => this.#tellBroken('The connection to the server is lost. Trying again …'),
        SHOWN_AFTER_MS,
      );
    const delay = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length - 1)];
    this.#failures += 1;
    window.setTimeout(() => void this.#tryAgain(), delay);
  }

  async #tryAgain(): Promise<void> {
    // The browser does not say why a WebSocket was refused.
    const status = await fetch('alive').then(
      (response) => response.status,
      () => null,
    );
    if (status === 401) {
      clearTimeout(this.#broken);
      this.#tellBroken('This page is no longer signed in: open the address that “plumbline serve” printed last.');
      return;
    }
    this.#connect();
  }

  #tellBroken(message: string): void {
    this.#shownBroken = true;
    this.#tellState('down', message);
  }
}

/** Connects to the server of this page. */
export function webBridge(): WindowBridge {
  const address = new URL('ws', document.baseURI);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const connection = new WebConnection(address.href);
  return {
    images: 'image/',
    powers: [],
    post: (frame) => connection.post(frame),
    subscribe: (listener) => connection.subscribe(listener),
  };
}
