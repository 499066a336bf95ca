/** The pages that are open in browsers: each has a seat, a server of the contract and a desk. */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Announcement } from '../contract/api';
import { PlumblineError, type WireError } from '../contract/errors';
import { dropFacts } from '../contract/rpc/port';
import type { Server } from '../contract/rpc/server';
import { seatSchema } from '../contract/rpc/sequence';
import type { Log } from '../host/process-log';
import { limited } from '../shell/limited-log';
import type { Opening } from '../shell/opening';
import { serveWindow, type ShellCalls } from '../shell/relay';
import { makeShellCalls } from '../shell/shell-calls';
import { WindowOpening } from '../shell/window-opening';
import type { Downloads } from './downloads';
import { PageDesk } from './page-desk';
import type { Reach } from './reach';
import { Seat } from './seat';
import type { Uploads } from './uploads';

const MOST_PAGES = 32;
/** A page that lost its connection has this long to come back. */
const PATIENCE_MS = 2 * 60_000;

export interface PagesOptions {
  readonly reach: Reach;
  readonly opening: Opening;
  readonly lost: () => WireError | null;
  readonly log: Log;
  readonly version: string;
  readonly roots: readonly string[];
  readonly downloads: Downloads;
  readonly uploads: Uploads;
}

interface Page {
  readonly seat: Seat;
  readonly server: Server;
  readonly desk: PageDesk;
}

export class Pages {
  readonly #options: PagesOptions;
  readonly #pages = new Map<string, Page>();

  constructor(options: PagesOptions) {
    this.#options = options;
  }

  /** Sends an event to every page. */
  announce({ name, payload }: Announcement): void {
    for (const { server } of this.#pages.values()) server.emit(name, payload);
  }

  /** Gives a connection to its page. @param query of its address */
  welcome(socket: WebSocket, query: string): void {
    const asked = seatSchema.safeParse(Object.fromEntries(new URLSearchParams(query)));
    if (!asked.success) {
      socket.close(1008);
      return;
    }
    const { page: id, seen } = asked.data;
    const known = this.#pages.get(id);
    // Only a page that has received something can have missed something.
    const page = known ?? this.#seat(id);
    if (page === null) socket.close(1013);
    else page.seat.attach(socket, known === undefined ? 0 : seen, known !== undefined);
  }

  /** @throws PlumblineError not-found if no page waits for this file */
  async upload(prompt: string, name: string, content: IncomingMessage): Promise<void> {
    const desk = [...this.#pages.values()].map((page) => page.desk).find((one) => one.expects(prompt));
    if (desk === undefined) throw new PlumblineError('not-found', 'This question is closed.');
    await desk.receive(prompt, name, content);
  }

  end(): void {
    for (const { seat } of [...this.#pages.values()]) seat.leave();
  }

  /** Null if there are too many pages. */
  #seat(id: string): Page | null {
    if (this.#pages.size >= MOST_PAGES) {
      const away = [...this.#pages.values()].find(({ seat }) => !seat.connected);
      if (away === undefined) return null;
      away.seat.leave();
    }
    const { reach, opening, lost, log, version, roots, downloads, uploads } = this.#options;
    const { engine } = reach;
    const seat = new Seat(PATIENCE_MS);
    const warn = limited(log.warn);
    // The desk speaks to its page only when the page has made a call.
    const desk = new PageDesk((name, payload) => server.emit(name, payload), { version, roots, downloads, uploads });
    const calls = makeShellCalls(engine, new WindowOpening(engine, opening), desk, lost, warn);
    const shell: ShellCalls = {
      ...calls,
      ...desk.calls,
      'shell.openRecent': async (params) => {
        await reach.admit(params.dataset);
        return calls['shell.openRecent'](params);
      },
    };
    const server = serveWindow(seat.port, engine, shell, (reason, details) => {
      warn('frame-dropped', dropFacts('shell', reason, details));
    });
    const page = { seat, server, desk };
    this.#pages.set(id, page);
    seat.whenLeft(() => {
      this.#pages.delete(id);
      desk.end();
    });
    return page;
  }
}
