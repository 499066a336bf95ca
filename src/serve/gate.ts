/** Who may use the server: the secret, the cookie that is given for it, and the checks against foreign pages. */
import { createHash, createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { WrongTries } from './wrong-tries';

/** A session ends this many milliseconds after it began. */
const SESSION_MS = 30 * 24 * 3_600_000;
/** How long a ticket is valid. */
const TICKET_MS = 60_000;

export interface GateOptions {
  /** The token or password. */
  readonly secret: string;
  /** Names besides the machine's own under which the server is reached, for example behind a proxy. */
  readonly names: readonly string[];
  /** Whether only this machine can reach the server. */
  readonly loopback: boolean;
  /** Distinguishes the cookies of several servers that a browser reaches under one name. */
  readonly cookieName: string;
  /** Path of the page, with a slash at both ends. */
  readonly base: string;
  /** Whether the browser reaches the server by HTTPS. */
  readonly secure: boolean;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in the same time for each wrong text. */
function same(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

/** Host name without port and brackets, in lower case; null if the header is not one host. */
function hostName(header: string | undefined): string | null {
  if (header === undefined || !/^[A-Za-z0-9.\-_]+(:\d{1,5})?$|^\[[0-9a-fA-F:.]+\](:\d{1,5})?$/.test(header))
    return null;
  return header
    .replace(/:\d{1,5}$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

export class Gate {
  readonly #options: GateOptions;
  readonly #key: Buffer;
  readonly #wrong = new WrongTries();
  #ticket: { readonly text: string; readonly until: number } | null = null;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#key = scryptSync(options.secret, `plumbline session ${options.cookieName}`, 32);
  }

  /**
   * Whether the Host header names this server. A page of another site whose name was made to point here (DNS rebinding)
   * has its own name in it. An address in numbers cannot be rebound.
   */
  knowsHost(headers: IncomingHttpHeaders): boolean {
    const name = hostName(headers.host);
    if (name === null) return false;
    const { names, loopback } = this.#options;
    return LOOPBACK.includes(name) || names.includes(name) || (!loopback && isIP(name) !== 0);
  }

  /** Whether the request comes from the server's own page. Browsers set both headers, and no page can change them. */
  ownOrigin({ origin, host, ...headers }: IncomingHttpHeaders): boolean {
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') return false;
    if (origin === undefined || host === undefined) return false;
    try {
      const { protocol, host: named } = new URL(origin);
      const expected = this.#options.secure ? ['https:'] : ['http:', 'https:'];
      return expected.includes(protocol) && named.toLowerCase() === new URL(`${protocol}//${host}`).host;
    } catch {
      return false;
    }
  }

  /** Whether another site made the browser ask, other than by a link to the page. */
  foreign(headers: IncomingHttpHeaders): boolean {
    const site = headers['sec-fetch-site'];
    if (site === undefined || site === 'same-origin' || site === 'none') return false;
    return headers['sec-fetch-mode'] !== 'navigate';
  }

  /** Whether the cookie is one that this server gave, now or with the same secret before a restart. */
  admits({ cookie = '' }: IncomingHttpHeaders, now = Date.now()): boolean {
    const start = `${this.#options.cookieName}=`;
    return cookie
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(start))
      .some((pair) => {
        const [issued = '', nonce = '', mac = ''] = pair.slice(start.length).split('.');
        const age = now - Number.parseInt(issued, 36);
        return same(mac, this.#sign(issued, nonce)) && age >= 0 && age < SESSION_MS;
      });
  }

  /** @param address of the client. `wait`: too many wrong tries, even if this one is right */
  try(text: string, address: string): 'right' | 'wrong' | 'wait' {
    if (this.#wrong.blocks(address)) return 'wait';
    if (same(text, this.#options.secret) || this.#spend(text)) return 'right';
    this.#wrong.note(address);
    return 'wrong';
  }

  /**
   * Stands for the secret once, within a minute: for the command line of a browser, which other users of the machine
   * can read.
   */
  ticket(now = Date.now()): string {
    const text = randomBytes(32).toString('base64url');
    this.#ticket = { text, until: now + TICKET_MS };
    return text;
  }

  #spend(text: string, now = Date.now()): boolean {
    if (this.#ticket === null || !same(text, this.#ticket.text)) return false;
    const valid = now < this.#ticket.until;
    this.#ticket = null;
    return valid;
  }

  /**
   * A new session, as the value of a `Set-Cookie` header.
   * @param headers of the request. A proxy says in them that the browser uses HTTPS; whoever forges this only gets a
   * cookie that is stricter
   */
  cookie(headers: IncomingHttpHeaders, now = Date.now()): string {
    const { cookieName, base } = this.#options;
    const secure = this.#options.secure || /^https\b/i.test(String(headers['x-forwarded-proto'] ?? ''));
    const issued = now.toString(36);
    const nonce = randomBytes(16).toString('hex');
    const value = `${issued}.${nonce}.${this.#sign(issued, nonce)}`;
    return `${cookieName}=${value}; HttpOnly; SameSite=Strict; Path=${base}${secure ? '; Secure' : ''}`;
  }

  #sign(issued: string, nonce: string): string {
    return createHmac('sha256', this.#key).update(`${issued}.${nonce}`).digest('hex');
  }
}
