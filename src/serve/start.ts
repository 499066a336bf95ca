/** `plumbline serve`: the window in a browser, with an engine on this machine. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { hostname } from 'node:os';
import { isIPv4, type AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { LARGEST_MESSAGE } from '../contract/rpc/sequence';
import { logRelativeTo } from '../host/redaction';
import type { Log } from '../host/process-log';
import type { Runtime } from '../shell/engine-process';
import { superviseEngine } from '../shell/supervision';
import { guardConnections } from './connections';
import { Downloads } from './downloads';
import { Gate } from './gate';
import { Pages } from './pages';
import { Reach } from './reach';
import { Routes } from './routes';
import { Uploads, removeLeftUploads } from './uploads';

export interface ServeOptions {
  /** Absolute path of a folder or archive; null: the start page. */
  readonly folder: string | null;
  /** 0: any free port. */
  readonly port: number;
  /** Address to listen on. */
  readonly host: string;
  readonly secret: string;
  /** Folders from which pages may choose. */
  readonly roots: readonly string[];
  /** Further names under which the server is reached. */
  readonly names: readonly string[];
  /** Path of the page, with a slash at both ends. */
  readonly base: string;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** Folder with the built page. */
  readonly page: string;
  readonly engine: { readonly entry: string; readonly runtime: Runtime };
  readonly version: string;
  readonly log: Log;
}

export interface ServedPage {
  readonly port: number;
  /** Stands for the secret once, within a minute. */
  ticket(): string;
  /** Finishes running work, as a closed app does, and closes everything. */
  stop(): Promise<void>;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** @throws Error of the system if the port is taken or the address is not one of this machine */
export async function startServer(options: ServeOptions): Promise<ServedPage> {
  const { folder, host, secret, base, tls, log, version } = options;
  const loopback = isLoopback(host);
  const roots = await Promise.all(options.roots.map((root) => realpath(root)));
  const downloads = new Downloads();
  const uploads = new Uploads();

  const listener: RequestListener = (request, response) => void routes.answer(request, response);
  // Otherwise, of two Host headers the second would be ignored, which a proxy before this server might read.
  const reading = { connectionsCheckingInterval: 5_000, joinDuplicateHeaders: true };
  const http =
    tls === null
      ? createServer(reading, listener)
      : createSecureServer({ ...tls, ...reading, handshakeTimeout: 15_000 }, listener);
  guardConnections(http);
  // Without this, Node answers by itself and waits for a body that may never come.
  http.on('checkExpectation', listener);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });

  await removeLeftUploads();

  const { port } = http.address() as AddressInfo;
  const cookieName = `plumbline-${createHash('sha256').update(`${hostname()} ${port} ${base}`).digest('hex').slice(0, 8)}`;
  const own = loopback ? [host] : [host.toLowerCase(), hostname().toLowerCase()];
  const gate = new Gate({
    secret,
    names: [...own, ...options.names.map((name) => name.toLowerCase())],
    loopback,
    cookieName,
    base,
    secure: tls !== null,
  });

  if (folder !== null) logRelativeTo(folder);
  const { engine, opening, lost } = superviseEngine({
    ...options.engine,
    announce: (event) => {
      // The page that opened a data set gets the answer to its call; the other pages keep what they show.
      if (event.name === 'dataset-opened') reach.allow(event.payload.dataset);
      else pages.announce(event);
    },
    log,
    advice: 'Start “plumbline serve” again.',
    apart: true,
  });
  const reach = new Reach(engine, roots);
  const pages = new Pages({ reach, opening, lost, log, version, roots, downloads, uploads });
  const routes = new Routes({
    gate,
    engine: reach.engine,
    page: options.page,
    base,
    downloads,
    upload: (prompt, name, content) => pages.upload(prompt, name, content),
  });
  opening.begin({ folder, note: null });

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: { threshold: 4096, serverNoContextTakeover: true, clientNoContextTakeover: true },
  });
  http.on('upgrade', (request, socket, head) => {
    const { headers, url = '' } = request;
    const [path, query = ''] = url.split('?', 2);
    const status = !gate.knowsHost(headers)
      ? '421 Misdirected Request'
      : path !== `${base}ws`
        ? '404 Not Found'
        : !gate.ownOrigin(headers)
          ? '403 Forbidden'
          : !gate.admits(headers)
            ? '401 Unauthorized'
            : null;
    socket.on('error', () => socket.destroy());
    // Without `destroy`, the socket stays half open until the client closes it.
    if (status !== null)
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
    else sockets.handleUpgrade(request, socket, head, (connection) => pages.welcome(connection, query));
  });

  return {
    port,
    ticket: () => gate.ticket(),
    stop: async () => {
      http.close();
      pages.end();
      await engine.stop();
      http.closeAllConnections();
      await uploads.end();
    },
  };
}
