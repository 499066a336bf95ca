import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { windowApi, type Announcement } from '../../../../src/contract/api';
import type { FromEngineFrame } from '../../../../src/contract/frames';
import { createClient } from '../../../../src/contract/rpc/client';
import type { Port } from '../../../../src/contract/rpc/port';
import { portPair } from '../../../../src/engine/process/port';
import { childPort } from '../../../../src/shell/child-port';
import { packed } from '../../../../src/main/electron22/padding';
import { bridgePort } from '../../../../src/renderer/state/engine';
import { peer } from './peer';

const DATASET = '0123456789abcdef';

interface Line {
  readonly port: Port;
  /** Ends the other side. */
  readonly close: () => void;
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

function inMemory(): Line {
  const { client, engine, close } = portPair();
  engine.listen(peer(engine.post));
  return { port: client, close };
}

function toChild(decode: string, encode?: (frame: unknown) => unknown): Line {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-rpc-'));
  const entry = join(folder, 'peer.cjs');
  writeFileSync(
    entry,
    `const receive = (${peer.toString()})((frame) => process.send(frame));
    process.on('message', (frame) => receive(${decode}));`,
  );
  const child = fork(entry, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  cleanups.push(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  return {
    port: childPort(child, { ...(encode && { encode }), onSendError: () => undefined }),
    close: () => void child.kill('SIGKILL'),
  };
}

function toShell(): Line {
  const { client, engine, close } = portPair();
  engine.listen(peer(engine.post));
  const subscribe = (listener: (frame: FromEngineFrame) => void) => {
    client.listen((frame) => listener(frame as FromEngineFrame));
    return () => undefined;
  };
  return { port: bridgePort({ post: client.post, subscribe }), close };
}

const lines: Record<string, () => Line> = {
  'in memory': inMemory,
  'to a child process': () => toChild('frame'),
  'to a child process, as padded text': () => toChild('JSON.parse(frame)', packed),
  'from a window': toShell,
};

function connect(line: Pick<Line, 'port'>) {
  const dropped: string[] = [];
  const client = createClient(line.port, {
    api: windowApi,
    onDropped: (reason, { name }) => dropped.push(name === undefined ? reason : `${reason} ${name}`),
  });
  return { client, dropped };
}

describe.each(Object.entries(lines))('the client %s', (_name, open) => {
  it('receives the hello', async () => {
    await connect(open()).client.ready;
  });

  it('resolves each call with its own result, in any order of the answers', async () => {
    const { client } = connect(open());
    const ids = ['0123456789abcdef', 'fedcba9876543210'];
    const answers = await Promise.all(ids.map((dataset) => client.call('dataset.reopen', { dataset })));
    expect(answers).toEqual(ids.map((dataset) => ({ dataset })));
  });

  it('transfers bytes', async () => {
    const { data } = await connect(open()).client.call('images.thumbnail', { dataset: DATASET, image: 1 });
    expect([...data]).toEqual([1, 2, 255]);
  });

  it('rejects with the code, the details and the cause that the other side sent', async () => {
    await expect(connect(open()).client.call('dataset.forget', { dataset: DATASET })).rejects.toMatchObject({
      code: 'folder-vanished',
      message: 'Gone.',
      details: { part: 7 },
      cause: { message: 'deep' },
    });
  });

  it('marks only the requests that it forwards for a window', async () => {
    const { client } = connect(open());
    await expect(client.forward('dataset.open', { root: '/' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(client.call('dataset.open', { root: '/' })).rejects.toMatchObject({ code: 'no-permission' });
  });

  it('refuses an answer that does not fit the contract, and forwards it unchecked for a window', async () => {
    const { client, dropped } = connect(open());
    await expect(client.call('dataset.summary', { dataset: DATASET })).rejects.toMatchObject({
      code: 'version-mismatch',
    });
    expect(dropped).toEqual(['malformed-answer dataset.summary']);
    expect(await client.forward('dataset.summary', { dataset: DATASET })).toEqual({ images: 'many' });
  });

  it('delivers events until the listener is removed, and reports each frame that it drops', async () => {
    const { client, dropped } = connect(open());
    const [revisions, all]: [number[], Announcement[]] = [[], []];
    const stop = client.on('dataset-changed', ({ revision }) => revisions.push(revision));
    client.on('notice', () => expect.unreachable());
    client.onAny((event) => all.push(event));
    await client.call('findings.unmute', { dataset: DATASET, finding: 'x' });
    expect(dropped).toEqual([
      'malformed-event dataset-changed',
      'unknown-event of-a-later-version',
      'malformed-frame',
      'unknown-call',
    ]);
    stop();
    await client.call('findings.unmute', { dataset: DATASET, finding: 'x' });
    expect(revisions).toEqual([4]);
    expect(all).toEqual(Array(2).fill({ name: 'dataset-changed', payload: { dataset: DATASET, revision: 4 } }));
  });

  it('waits for a job, passes on its status, and parses its outcome', async () => {
    const heard: string[] = [];
    const outcome = connect(open()).client.runJob(
      'jobs.trainingCheck',
      { dataset: DATASET, steps: 2 },
      { started: (job) => heard.push(job), status: ({ state }) => heard.push(state) },
    );
    expect(await outcome).toEqual({ firstLoss: 2, lastLoss: 1 });
    expect(heard).toEqual(['aaaaaaa2', 'running', 'done']);
  });

  it('notices the end of a job that ended before the answer with its id', async () => {
    const { client } = connect(open());
    expect(await client.runJob('jobs.trainingCheck', { dataset: DATASET, steps: 1 })).toEqual({
      firstLoss: 2,
      lastLoss: 1,
    });
  });

  it.each([
    [3, 'out-of-memory'],
    [4, 'cancelled'],
    [5, 'engine-exited'],
    [6, 'version-mismatch'],
  ])('rejects for a failed job with the job’s own code (%i: %s)', async (steps, code) => {
    const { client } = connect(open());
    await expect(client.runJob('jobs.trainingCheck', { dataset: DATASET, steps })).rejects.toMatchObject({ code });
  });
});

// A window's port exists as long as the window.
describe.each(Object.entries(lines).filter(([, open]) => open !== toShell))('the client %s', (_name, open) => {
  it('rejects pending calls when the port closes, and every later call', async () => {
    const line = open();
    const { client } = connect(line);
    let started = (): void => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const pending = [
      client.call('jobs.list', { dataset: DATASET }),
      client.runJob('jobs.trainingCheck', { dataset: DATASET, steps: 8 }, { started }),
    ].map((call) => expect(call).rejects.toMatchObject({ code: 'engine-exited' }));
    await running;
    line.close();
    await Promise.all(pending);
    await expect(client.call('jobs.list', { dataset: DATASET })).rejects.toMatchObject({ code: 'engine-exited' });
  });
});

describe('the hello', () => {
  it('is refused in another version', async () => {
    const { client: port, engine } = portPair();
    const { client } = connect({ port });
    engine.post({ type: 'hello', version: 999, pid: 1 });
    await expect(client.ready).rejects.toMatchObject({
      code: 'version-mismatch',
      message: expect.stringMatching(/version 999 of the protocol/) as string,
    });
  });

  it('fails with the exit of the other side if that comes first', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-rpc-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'exit.cjs'), 'process.exit(3);');
    const child = fork(join(folder, 'exit.cjs'), [], { execArgv: [] });
    const { client } = connect({ port: childPort(child, { onSendError: () => undefined }) });
    await expect(client.ready).rejects.toMatchObject({
      code: 'engine-exited',
      message: 'The engine stopped (exit code 3).',
    });
  });
});
