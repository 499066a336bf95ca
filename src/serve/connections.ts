/** Keeps clients that open connections and send nothing, or only very slowly, from shutting out the others. */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

const MOST_CONNECTIONS = 512;
/** Connections that may wait for their first request. Browsers open a few before they need them. */
const MOST_WAITING = 128;
/** Milliseconds for the headers of a request. */
const HEADERS_MS = 15_000;
/** An upload over a slow link takes longer than Node's five minutes. */
const REQUEST_MS = 3_600_000;

/** The same for a TLS connection and the TCP connection under it. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress ?? ''} ${remotePort ?? ''}`;

/** If too many connections wait for their first request, the one that has waited longest is closed. */
export function guardConnections(http: Server): void {
  http.maxConnections = MOST_CONNECTIONS;
  http.headersTimeout = HEADERS_MS;
  http.requestTimeout = REQUEST_MS;
  const waiting = new Map<string, Socket>();
  http.on('connection', (socket: Socket) => {
    const name = nameOf(socket);
    waiting.set(name, socket);
    socket.once('close', () => {
      if (waiting.get(name) === socket) waiting.delete(name);
    });
    const [longest] = waiting;
    if (longest === undefined || waiting.size <= MOST_WAITING) return;
    waiting.delete(longest[0]);
    longest[1].destroy();
  });
  const asked = ({ socket }: IncomingMessage): void => void waiting.delete(nameOf(socket));
  http.on('request', asked);
  http.on('upgrade', asked);
}
