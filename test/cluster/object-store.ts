/** An S3 server of moto, behind a door that can be closed: then every request is answered with 503. */
import { spawn } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const listening = (server: Server): Promise<number> =>
  new Promise((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)));

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((done) => server.close(done));
  return port;
}

export interface ObjectStore {
  readonly url: string;
  /** Number of requests that were refused so far. */
  refused(): number;
  close(door: boolean): void;
  stop(): void;
}

export async function startObjectStore(programs: string): Promise<ObjectStore> {
  const inner = await freePort();
  const child = spawn(join(programs, 'moto_server'), ['-p', String(inner)], { stdio: 'ignore' });
  let closed = false;
  let refused = 0;
  const door = createServer((asked, answer) => {
    if (closed) {
      refused += 1;
      asked.resume();
      answer.writeHead(503, { 'content-type': 'application/xml' });
      answer.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
      return;
    }
    const { method, url, headers } = asked;
    const through = request({ host: '127.0.0.1', port: inner, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    through.on('error', () => answer.destroy());
    asked.pipe(through);
  });
  const url = `http://127.0.0.1:${await listening(door)}`;
  for (let tries = 0; ; tries += 1) {
    const up = await fetch(`http://127.0.0.1:${inner}/`).catch(() => null);
    if (up !== null) break;
    if (tries > 300) throw new Error('moto_server does not start');
    await setTimeout(100);
  }
  return {
    url,
    refused: () => refused,
    close: (shut) => {
      closed = shut;
    },
    stop: () => {
      child.kill();
      door.close();
    },
  };
}
