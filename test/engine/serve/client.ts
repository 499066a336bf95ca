/** A server on a small data set, and a page's side of the connection as a port that can be broken. */
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WebSocket } from 'ws';
import { windowApi, type WindowApi } from '../../../src/contract/api';
import { createClient, type Client } from '../../../src/contract/rpc/client';
import { Sequence, messageSchema, welcomeSchema } from '../../../src/contract/rpc/sequence';
import { silentLog } from '../../../src/host/process-log';
import { startServer, type ServedPage, type ServeOptions } from '../../../src/serve/start';
import { jpeg } from '../support/samples';

export const SECRET = 'a token for tests only';

export interface TestServer {
  readonly port: number;
  readonly scratch: string;
  readonly data: string;
  readonly stop: ServedPage['stop'];
}

/** @param images of each of two classes */
export async function makeData(folder: string, images: number): Promise<void> {
  for (const [at, name] of ['cat', 'dog'].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < images; i += 1)
      writeFileSync(join(folder, name, `${i}.jpg`), await jpeg(at * 1000 + i, 40, 30));
  }
}

/** The environment of an engine whose files are all in `scratch`. */
export function homeOf(scratch: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PLUMBLINE_CACHE_DIR: join(scratch, 'cache'),
    PLUMBLINE_DATA_DIR: join(scratch, 'home'),
  };
}

export async function serveSamples(options: Partial<ServeOptions> = {}): Promise<TestServer> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-serve-')));
  const data = join(scratch, 'data');
  await makeData(data, 4);
  const page = join(scratch, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>The page</title>');
  writeFileSync(join(page, 'assets', 'index.js'), 'let nothing;');
  const server = await startServer({
    folder: data,
    port: 0,
    host: '127.0.0.1',
    secret: SECRET,
    roots: [scratch],
    names: [],
    base: '/',
    tls: null,
    page,
    engine: { entry: resolve('out/engine/main.js'), runtime: { execPath: process.execPath, env: homeOf(scratch) } },
    version: '0.0.0',
    log: silentLog,
    ...options,
  });
  return { port: server.port, scratch, data, stop: () => server.stop() };
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request with exactly this path: `fetch` would tidy it up first. */
export function ask(
  port: number,
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answered> {
  return new Promise((settle, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => settle({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The cookie of a session. */
export async function signIn(port: number, base = '/', secret = SECRET): Promise<string> {
  const { headers } = await ask(port, `${base}?token=${encodeURIComponent(secret)}`);
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

export function openSocket(port: number, headers: Record<string, string>, query: string): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${port}/ws?${query}`, { headers });
}

/** Status of the answer to a WebSocket that is refused; 101 if it is accepted. */
export async function statusOfUpgrade(port: number, headers: Record<string, string>): Promise<number> {
  const socket = openSocket(port, headers, `page=${'0'.repeat(32)}&seen=0`);
  socket.on('error', () => undefined);
  const status = await new Promise<number>((settle) => {
    socket.once('open', () => settle(101));
    socket.once('unexpected-response', (_request, response) => settle(response.statusCode ?? 0));
  });
  socket.terminate();
  return status;
}

/** A page that connects again as soon as its connection is broken. */
export class TestPage {
  readonly client: Client<WindowApi>;
  readonly #sequence = new Sequence();
  readonly #port: number;
  readonly #cookie: string;
  readonly #name: string;
  #receive: (frame: unknown) => void = () => undefined;
  #socket: WebSocket | null = null;
  #closed = false;
  #welcomed = false;
  /** How often the server knew the page again. */
  resumed = 0;

  private constructor(port: number, cookie: string, name: string) {
    this.#port = port;
    this.#cookie = cookie;
    this.#name = name;
    this.client = createClient<WindowApi>(
      {
        post: (frame) => {
          const message = this.#sequence.add(JSON.stringify(frame));
          if (this.#welcomed) this.#socket?.send(message);
        },
        listen: (receive) => (this.#receive = receive),
        whenClosed: () => undefined,
      },
      { api: windowApi, onDropped: () => undefined },
    );
  }

  /** @param name 32 hexadecimal digits */
  static async open(port: number, cookie: string, name: string): Promise<TestPage> {
    const page = new TestPage(port, cookie, name);
    await page.#connect();
    return page;
  }

  /** Breaks the connection without a goodbye, and makes a new one. */
  async reconnect(): Promise<void> {
    this.#socket?.terminate();
    await this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#socket?.terminate();
  }

  async #connect(): Promise<void> {
    this.#welcomed = false;
    const headers = { cookie: this.#cookie, origin: `http://127.0.0.1:${this.#port}` };
    const socket = openSocket(this.#port, headers, `page=${this.#name}&seen=${this.#sequence.received}`);
    this.#socket = socket;
    socket.on('error', () => socket.terminate());
    await new Promise<void>((settle, reject) => {
      let welcomed = false;
      socket.once('close', () => reject(new Error('The server closed the connection.')));
      socket.on('message', (data: Buffer) => {
        if (this.#socket !== socket || this.#closed) return;
        const text = data.toString('utf8');
        if (welcomed) {
          this.#hear(text);
          return;
        }
        welcomed = true;
        const { resumed, ack } = welcomeSchema.parse(JSON.parse(text));
        if (resumed) this.resumed += 1;
        this.#sequence.confirm(ack);
        for (const message of this.#sequence.pending()) socket.send(message);
        this.#welcomed = true;
        settle();
      });
    });
  }

  #hear(text: string): void {
    const { seq, ack, frame } = messageSchema.parse(JSON.parse(text));
    this.#sequence.confirm(ack);
    if (seq > 0 && this.#sequence.take(seq, text.length)) this.#receive(frame);
  }
}
