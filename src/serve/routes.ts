/** What the server answers by HTTP: the page, pictures by id, downloads, uploads, and the exchange of the token. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { PlumblineError, type ErrorCode } from '../contract/errors';
import type { EngineProcess } from '../shell/engine-process';
import { answerImage } from '../shell/images';
import { answerPage, pagePolicy } from '../shell/page';
import { emptyReply, type Reply } from '../shell/reply';
import type { Downloads } from './downloads';
import type { Gate } from './gate';
import { enteringPage, loginPage, type Refusal } from './login';

const compress = promisify(brotliCompress);

const LONGEST_LOGIN = 4_096;
/** Milliseconds that a browser has to send the login form. */
const LOGIN_MS = 10_000;
/** Milliseconds for which the rest of a refused body is still read. */
const UNREAD_MS = 2_000;

/**
 * Sent with every answer. The address is never sent to another site, and no other site may embed what is served. With
 * `no-referrer`, browsers would send the form of the login without its origin.
 */
const COMMON_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

export interface RouteOptions {
  readonly gate: Gate;
  readonly engine: Pick<EngineProcess, 'call'>;
  /** Folder with the built page. */
  readonly page: string;
  readonly base: string;
  readonly downloads: Downloads;
  /** Takes a file for an open question. @throws PlumblineError */
  readonly upload: (prompt: string, name: string, content: IncomingMessage) => Promise<void>;
}

/** Statuses of uploads that fail, by error code. */
const STATUS_OF_UPLOAD: Partial<Record<ErrorCode, number>> = {
  'not-found': 404,
  'no-permission': 413,
  'disk-full': 507,
};

const POLICY = pagePolicy('', ["connect-src 'self'"]);

function textReply(status: number, text: string): Reply {
  return { ...emptyReply(status), body: new TextEncoder().encode(text) };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  // Anyone can send this form, so a slow client must not keep its connection for long.
  for await (const chunk of addAbortSignal(AbortSignal.timeout(LOGIN_MS), request)) {
    text += (chunk as Buffer).toString('utf8');
    if (text.length > LONGEST_LOGIN) throw new PlumblineError('bad-request', 'Too long.');
  }
  return new URLSearchParams(text);
}

export class Routes {
  readonly #options: RouteOptions;
  /** The compressed files of the page; there are about twenty. */
  readonly #compressed = new Map<string, Reply>();

  constructor(options: RouteOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let reply: Reply;
    try {
      reply = await this.#reply(request);
    } catch {
      reply = emptyReply(404);
    }
    // A refused upload is read on for a moment, so that the browser reads the answer, and then cut off.
    if (!request.complete) {
      response.shouldKeepAlive = false;
      request.resume();
      setTimeout(() => request.destroy(), UNREAD_MS).unref();
    }
    response.writeHead(reply.status, { ...COMMON_HEADERS, ...reply.headers, 'content-length': reply.body.length });
    response.end(request.method === 'HEAD' ? undefined : reply.body);
  }

  async #reply(request: IncomingMessage): Promise<Reply> {
    const { gate, base } = this.#options;
    const { headers, method = '', url = '' } = request;
    if (!gate.knowsHost(headers))
      return textReply(421, 'This server has another name: see plumbline serve --help, --name.\n');
    if (gate.foreign(headers)) return emptyReply(403);
    // The address as it is often copied: without the last slash.
    if (`${url.split('?', 1)[0]}/` === base)
      return {
        ...emptyReply(308),
        headers: { location: `${base}${url.slice(base.length - 1)}`, 'cache-control': 'no-store' },
      };
    if (!url.startsWith(base)) return emptyReply(404);
    const [path = '', query = ''] = url.slice(base.length).split('?', 2);
    if (method === 'POST') return this.#post(request, path, query);
    if (method !== 'GET' && method !== 'HEAD') return emptyReply(405);
    const token = path === '' ? new URLSearchParams(query).get('token') : null;
    const admitted = gate.admits(headers);
    // Whoever is signed in may open an old address again, also while others guess.
    if (token !== null) return admitted ? this.#enter() : this.#login(token, request);
    if (!admitted) return path === '' ? loginPage('none') : emptyReply(401);
    return this.#get(path, query, headers['accept-encoding'] ?? '');
  }

  async #get(path: string, query: string, encodings: string | string[]): Promise<Reply> {
    const { engine, downloads } = this.#options;
    if (path === 'alive' || path === 'favicon.ico') return emptyReply(204);
    if (path.startsWith('image/'))
      return answerImage(engine, `${path.slice('image/'.length)}${query === '' ? '' : `?${query}`}`);
    if (path.startsWith('download/')) {
      const file = downloads.take(path.slice('download/'.length));
      if (file === null) return emptyReply(404);
      return {
        status: 200,
        headers: {
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name).replaceAll(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)}`,
          'content-security-policy': 'sandbox',
          'cache-control': 'no-store',
        },
        body: file.bytes,
      };
    }
    return this.#file(path === '' ? 'index.html' : path, String(encodings).includes('br'));
  }

  async #file(path: string, brotli: boolean): Promise<Reply> {
    const known = brotli ? this.#compressed.get(path) : undefined;
    if (known !== undefined) return known;
    const plain = await answerPage(this.#options.page, path, POLICY);
    if (plain.status !== 200) return plain;
    // The names of these files change with their content.
    const cache = path.startsWith('assets/') ? { 'cache-control': 'private, max-age=31536000, immutable' } : {};
    const reply: Reply = { ...plain, headers: { ...plain.headers, ...cache } };
    if (!brotli || !/^text\/|svg/.test(reply.headers['content-type'] ?? '')) return reply;
    const body = new Uint8Array(await compress(plain.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }));
    const compressed = {
      ...reply,
      headers: { ...reply.headers, 'content-encoding': 'br', vary: 'accept-encoding' },
      body,
    };
    this.#compressed.set(path, compressed);
    return compressed;
  }

  async #post(request: IncomingMessage, path: string, query: string): Promise<Reply> {
    const { gate, upload } = this.#options;
    if (!gate.ownOrigin(request.headers)) return emptyReply(403);
    if (path === 'login') return this.#login((await readForm(request)).get('token') ?? '', request);
    if (!gate.admits(request.headers)) return emptyReply(401);
    if (!path.startsWith('upload/')) return emptyReply(404);
    try {
      await upload(path.slice('upload/'.length), new URLSearchParams(query).get('name') ?? 'file', request);
      return emptyReply(204);
    } catch (error) {
      if (!(error instanceof PlumblineError)) throw error;
      return textReply(STATUS_OF_UPLOAD[error.code] ?? 500, error.message);
    }
  }

  /** The browser goes on to the page, so that the token leaves the address and the browser's history. */
  #enter(): Reply {
    return { ...emptyReply(303), headers: { location: this.#options.base, 'cache-control': 'no-store' } };
  }

  #login(text: string, request: IncomingMessage): Reply {
    const { gate, base } = this.#options;
    const result = gate.try(text, request.socket.remoteAddress ?? '');
    if (result !== 'right') return loginPage(result satisfies Refusal);
    const entering = request.headers['sec-fetch-site'] === 'cross-site' ? enteringPage(base) : this.#enter();
    return { ...entering, headers: { ...entering.headers, 'set-cookie': gate.cookie(request.headers) } };
  }
}
