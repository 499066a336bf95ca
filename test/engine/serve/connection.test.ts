/** Connections that break, readers that are slow, several pages, and a server that is killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { JobStatus } from '../../../src/contract/model/job';
import { LARGEST_MESSAGE } from '../../../src/contract/rpc/sequence';
import { DEMO_FOLDER, writeDemo } from '../../../src/engine/samples/writer';
import { Seat } from '../../../src/serve/seat';
import { SECRET, TestPage, homeOf, makeData, serveSamples, signIn, type TestServer } from './client';

const PATIENCE_MS = 60_000;
const everything = { filter: {}, sort: { by: 'path', descending: false } } as const;
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function openServer(): Promise<TestServer> {
  const server = await serveSamples();
  ends.push(async () => {
    await server.stop();
    rmSync(server.scratch, { recursive: true, force: true });
  });
  return server;
}

/** @returns the data set that the server was started with, once it is indexed */
async function indexedIn({ client }: TestPage): Promise<string> {
  const { dataset } = await client.call('shell.start', {});
  if (dataset === null) throw new Error('the server opened no data set');
  await expect.poll(async () => (await client.call('dataset.summary', { dataset })).indexedAt).not.toBeNull();
  return dataset;
}

describe('a page whose connection breaks', () => {
  it('loses no answer and makes no call twice over 50 connections', async () => {
    const server = await openServer();
    const page = await TestPage.open(server.port, await signIn(server.port), 'a'.repeat(32));
    const dataset = await indexedIn(page);
    const saved: Promise<unknown>[] = [];
    for (let i = 0; i < 50; i += 1) {
      saved.push(page.client.call('savedViews.save', { dataset, name: `view ${i}`, ...everything, replace: false }));
      await page.reconnect();
    }
    const answers = await Promise.allSettled(saved);
    // A call that was made twice would be refused, because its name is taken.
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(page.resumed).toBe(50);
    expect(await page.client.call('savedViews.list', { dataset })).toHaveLength(50);
    page.close();
  });
});

describe('several pages', () => {
  it('hear of each other’s decisions', async () => {
    const server = await openServer();
    const cookie = await signIn(server.port);
    const [one, other] = [
      await TestPage.open(server.port, cookie, 'b'.repeat(32)),
      await TestPage.open(server.port, cookie, 'c'.repeat(32)),
    ];
    const dataset = await indexedIn(one);
    const heard = new Promise<{ dataset: string }>((settle) => other.client.on('review-changed', settle));
    const page = { ...everything, offset: 0, limit: 1 };
    const { items } = await one.client.call('images.list', { dataset, ...page });
    const acts = [{ image: items[0]!.id, kind: 'exclude' as const, label: null }];
    await one.client.call('review.act', { dataset, acts, queue: null, note: null });
    expect((await heard).dataset).toBe(dataset);
    one.close();
    other.close();
  });
});

describe('a page that opens another data set', () => {
  it('does not take the other pages with it', async () => {
    const server = await openServer();
    // A small sample is there: writing the whole one takes its time.
    await writeDemo(join(server.scratch, 'cache', DEMO_FOLDER), { perClass: 3 });
    const cookie = await signIn(server.port);
    const [one, other] = [
      await TestPage.open(server.port, cookie, 'e'.repeat(32)),
      await TestPage.open(server.port, cookie, 'f'.repeat(32)),
    ];
    const opened: string[] = [];
    for (const { client } of [one, other]) client.on('dataset-opened', ({ dataset }) => opened.push(dataset));
    const { dataset: sample } = await one.client.call('shell.openSample', {});
    const { dataset } = await other.client.call('shell.start', {});
    expect(sample).not.toBeNull();
    // A page that is opened later shows what was opened last.
    expect(dataset).toBe(sample);
    expect(opened).toEqual([]);
    one.close();
    other.close();
  });
});

describe('a page with too many calls at once', () => {
  it('sends the last ones again, and none is lost', async () => {
    const seat = new Seat(PATIENCE_MS);
    const calls: number[] = [];
    seat.port.listen((frame) => calls.push((frame as { id: number }).id));
    const http = createServer();
    const sockets = new WebSocketServer({ server: http });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    ends.push(() => {
      seat.leave();
      http.close();
    });
    sockets.on('connection', (socket) => seat.attach(socket, 0, true));
    const connectTo = async (): Promise<{ socket: WebSocket; ack: number }> => {
      const socket = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
      const [data] = (await once(socket, 'message')) as [Buffer];
      return { socket, ...(JSON.parse(data.toString('utf8')) as { ack: number }) };
    };
    const messages = Array.from({ length: 300 }, (_, at) =>
      JSON.stringify({ seq: at + 1, ack: 0, frame: { type: 'request', id: at + 1 } }),
    );
    const { socket } = await connectTo();
    for (const message of messages) socket.send(message);
    await once(socket, 'close');
    const before = calls.length;
    expect(before).toBeLessThan(300);
    for (const id of calls) seat.port.post({ type: 'reply', id, ok: true, result: {} });
    const again = await connectTo();
    expect(again.ack).toBe(before);
    for (const message of messages.slice(again.ack)) again.socket.send(message);
    await expect.poll(() => calls).toEqual(messages.map((_, at) => at + 1));
    again.socket.terminate();
  });
});

/** A seat with a page that reads only when told to. */
async function seatWithReader(): Promise<{ seat: Seat; reader: WebSocket; http: Server }> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const seat = new Seat(PATIENCE_MS);
  sockets.on('connection', (socket) => seat.attach(socket, 0, false));
  const reader = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  await once(reader, 'message');
  ends.push(() => {
    seat.leave();
    reader.terminate();
    http.close();
  });
  return { seat, reader, http };
}

const padding = 'x'.repeat(10_000);

describe('a page that reads slowly', () => {
  it('gets the newest progress instead of all', async () => {
    const { seat, reader } = await seatWithReader();
    reader.pause();
    const post = (job: string, state: JobStatus['state'], done: number) =>
      seat.port.post({ type: 'event', name: 'job', payload: { job, state, done, padding } });
    for (let i = 1; i <= 20_000; i += 1) post('one', 'running', i);
    post('two', 'done', 1);
    const heard: { job: string; state: string; done: number }[] = [];
    reader.on('message', (data: Buffer) => {
      const { frame } = JSON.parse(data.toString('utf8')) as { frame: { payload: (typeof heard)[number] } | null };
      if (frame !== null) heard.push(frame.payload);
    });
    reader.resume();
    await expect.poll(() => heard.at(-1)?.job).toBe('two');
    expect(heard.length).toBeLessThan(300);
    expect(heard.at(-2)).toMatchObject({ job: 'one', state: 'running', done: 20_000 });
  });

  it('is dropped before it fills the memory', async () => {
    const { seat, reader } = await seatWithReader();
    reader.pause();
    const gone = { left: false };
    seat.whenLeft(() => (gone.left = true));
    const big = 'x'.repeat(1_000_000);
    let posted = 0;
    for (; !gone.left && posted < 1000; posted += 1) {
      seat.port.post({ type: 'event', name: 'notice', payload: { big } });
      await new Promise(setImmediate);
    }
    expect(gone.left).toBe(true);
    expect(posted * big.length).toBeLessThan(3 * LARGEST_MESSAGE);
  });
});

function startCommand(data: string, scratch: string, port: number): { child: ChildProcess; ready: Promise<number> } {
  const args = [resolve('out/cli/plumbline.js'), 'serve', data, '--port', String(port), '--token', SECRET];
  const child = spawn(process.execPath, args, { env: homeOf(scratch), stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = new Promise<number>((settle, reject) => {
    child.once('exit', () => reject(new Error('The server ended.')));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const found = /:(\d+)\//.exec(text)?.[1];
      if (found !== undefined) settle(Number(found));
    });
  });
  return { child, ready };
}

/** How many index jobs are done. */
async function indexJobs(page: TestPage, dataset: string): Promise<number> {
  const jobs = await page.client.call('jobs.list', { dataset });
  return jobs.filter(({ kind, state }) => kind === 'index' && state === 'done').length;
}

describe('a server that is killed', () => {
  it('goes on with the index when it is started again, and the page stays signed in', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'plumbline-killed-'));
    ends.push(() => rmSync(scratch, { recursive: true, force: true }));
    const data = join(scratch, 'data');
    await makeData(data, 600);
    const first = startCommand(data, scratch, 0);
    const port = await first.ready;
    const cookie = await signIn(port);
    const page = await TestPage.open(port, cookie, 'd'.repeat(32));
    await new Promise<void>((settle) => {
      page.client.on('job', ({ state, progress }) => {
        if (state === 'running' && (progress?.done ?? 0) > 0) settle();
      });
    });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    page.close();

    const second = startCommand(data, scratch, port);
    ends.push(async () => {
      second.child.kill('SIGTERM');
      await once(second.child, 'exit');
    });
    await second.ready;
    const again = await TestPage.open(port, cookie, 'd'.repeat(32));
    // The second server does not know the page: it must begin anew.
    expect(again.resumed).toBe(0);
    const { dataset } = await again.client.call('shell.start', {});
    await expect
      .poll(async () => {
        const { indexedAt, images } = await again.client.call('dataset.summary', { dataset: dataset! });
        return indexedAt === null ? null : images;
      })
      .toBe(1200);
    again.close();
  });

  it('offers another job that was interrupted, and goes on with it when asked', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'plumbline-killed-'));
    ends.push(() => rmSync(scratch, { recursive: true, force: true }));
    const data = join(scratch, 'data');
    await makeData(data, 60);
    const first = startCommand(data, scratch, 0);
    const port = await first.ready;
    const cookie = await signIn(port);
    const page = await TestPage.open(port, cookie, '8'.repeat(32));
    const { dataset } = await page.client.call('shell.start', {});
    await expect.poll(() => indexJobs(page, dataset!)).toBe(1);
    const working = new Promise<void>((settle) => {
      page.client.on('job', ({ kind, state, progress }) => {
        if (kind === 'probe' && state === 'running' && progress !== null) settle();
      });
    });
    const { job } = await page.client.call('jobs.probe', { dataset: dataset!, probe: 'cnn' });
    await working;
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    page.close();

    const second = startCommand(data, scratch, port);
    ends.push(async () => {
      second.child.kill('SIGTERM');
      await once(second.child, 'exit');
    });
    await second.ready;
    const again = await TestPage.open(port, cookie, '8'.repeat(32));
    const stateOf = async (): Promise<string | undefined> =>
      (await again.client.call('jobs.list', { dataset: dataset! })).find((one) => one.job === job)?.state;
    await expect.poll(stateOf).toBe('interrupted');
    // The index runs by itself, and excludes a probe.
    await expect.poll(() => indexJobs(again, dataset!)).toBe(2);
    expect(await stateOf()).toBe('interrupted');
    await again.client.call('jobs.resume', { dataset: dataset!, job });
    expect(await stateOf()).toBe('running');
    await again.client.call('jobs.cancel', { job });
    await expect.poll(stateOf).toBe('cancelled');
    again.close();
  });
});
