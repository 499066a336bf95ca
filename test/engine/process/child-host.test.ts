import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type ChildProgram, type ChildRun, runChild } from '../../../src/engine/process/child-host';
import { logTo, setProcessLog, silentLog, type LogFacts } from '../../../src/host/process-log';
import { isAlive } from '../../../src/host/processes';
import type { Step } from '../../../src/engine/process/task';

type Own = { type: 'ask'; what: string };

let folder: string;
let pid: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-child-host-'));
  pid = 0;
});
afterEach(async () => {
  await expect.poll(() => pid === 0 || !isAlive(pid)).toBe(true);
  rmSync(folder, { recursive: true });
});

/** Runs `script` for each message `m` in a separate process; the first message is `{ start: true }`. */
function run(
  script: string,
  more: Partial<ChildRun<object, Own>> = {},
  program: Partial<ChildProgram<number, Own>> = {},
): Promise<number> {
  const entry = join(folder, 'child.cjs');
  writeFileSync(
    entry,
    `const end = (message) => process.send(message, () => process.disconnect()); process.on('message', (m) => { ${script} });`,
  );
  return runChild<number, object, Own>(
    {
      id: 'audit',
      entry,
      result: z.number(),
      own: z.object({ type: z.literal('ask'), what: z.string() }),
      words: { name: 'test process', outOfMemory: 'No memory.', died: (how) => `It ${how}.` },
      ...program,
    },
    {
      start: { start: true },
      signal: new AbortController().signal,
      progress: () => undefined,
      onSpawn: (id) => (pid = id),
      ...more,
    },
  );
}

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

describe('a child process', () => {
  it('gets the first message, returns its result and ends', async () => {
    expect(await run("end({ type: 'done', result: m.start ? 7 : 0 });")).toBe(7);
  });

  it("gets the engine's process id and environment, and the variables that the program adds", async () => {
    const script = "end({ type: 'done', result: Number(process.argv[2]) + Number(process.env.EXTRA) });";
    expect(await run(script, {}, { env: { EXTRA: '1' } })).toBe(process.pid + 1);
  });

  it('reports progress, and gets answers to its questions', async () => {
    const steps: Step[] = [];
    const result = await run(
      `if (m.start) { process.send({ type: 'progress', step: { stage: 'train', done: 1, total: 2 } }); process.send({ type: 'ask', what: 'size' }); }
       else end({ type: 'done', result: m.answer.length });`,
      {
        progress: (step) => steps.push(step),
        hear: ({ what }, send) => send({ answer: what }),
      },
    );
    expect(result).toBe('size'.length);
    expect(steps).toEqual([{ stage: 'train', done: 1, total: 2 }]);
  });

  it('fails with the code that it reports', async () => {
    await expect(
      run("end({ type: 'failed', error: { code: 'disk-full', message: 'Full.', details: {}, causes: [] } });"),
    ).rejects.toMatchObject({ code: 'disk-full', message: 'Full.' });
  });

  it('is killed if it sends an unknown message or an invalid question', async () => {
    const idle = 'setInterval(() => undefined, 1000);';
    await expect(run(`process.send({ type: 'ask', what: 1 }); ${idle}`)).rejects.toMatchObject({
      code: 'internal',
      message: 'The test process sent a message of an unknown form.',
    });
    await expect(run(`process.send({ type: 'done', result: 'many' }); ${idle}`)).rejects.toThrow(/expected number/);
    const hear = () => {
      throw new Error('Nobody knows.');
    };
    await expect(run(`process.send({ type: 'ask', what: 'size' }); ${idle}`, { hear })).rejects.toThrow('Nobody knows');
  });

  it('that dies is reported with the cause and the end of its error output', async () => {
    await expect(
      run("process.stderr.write('a'.repeat(9000) + 'last words', () => process.exit(3));"),
    ).rejects.toMatchObject({
      code: 'worker-died',
      message: 'It ended with code 3.',
      details: { exitCode: 3, signal: null, stderr: `${'a'.repeat(490)}last words` },
    });
    await expect(run("process.kill(process.pid, 'SIGABRT');")).rejects.toMatchObject({
      code: 'worker-died',
      message: 'It was stopped by SIGABRT (perhaps it ran out of memory).',
    });
    await expect(run('', {}, { entry: join(folder, 'missing.cjs') })).rejects.toMatchObject({
      code: 'worker-died',
      message: 'It ended with code 1.',
    });
  });

  it('has its log lines and its death in the log of the engine', async () => {
    const logged: [string, string, LogFacts][] = [];
    setProcessLog(logTo((...line) => logged.push(line)));
    const line = "{ type: 'log', level: 'warn', event: 'slow-query', facts: { ms: 200 } }";
    await run(`process.send(${line}, () => process.stderr.write('last words', () => process.exit(3)));`).catch(
      () => null,
    );
    setProcessLog(silentLog);
    expect(logged).toEqual([
      ['warn', 'slow-query', { ms: 200, child: 'audit' }],
      ['error', 'child-died', { child: 'audit', exitCode: 3, signal: null, stderr: 'last words' }],
    ]);
  });

  it('has the last 4,000 characters that it wrote in the log', async () => {
    const logged: LogFacts[] = [];
    setProcessLog(logTo((_level, _event, facts) => logged.push(facts)));
    await run("process.stderr.write('a'.repeat(9000) + 'last words', () => process.exit(3));").catch(() => null);
    setProcessLog(silentLog);
    expect(logged).toMatchObject([{ stderr: `${'a'.repeat(3990)}last words` }]);
  });

  it('waits for a debugger on the port that the environment names', async () => {
    const port = await freePort();
    vi.stubEnv('PLUMBLINE_INSPECT_AUDIT', String(port));
    const control = new AbortController();
    const result = run("end({ type: 'done', result: 7 });", { signal: control.signal });
    const targets = () =>
      fetch(`http://127.0.0.1:${port}/json/list`).then(
        (answer) => answer.json() as Promise<{ title: string }[]>,
        () => [],
      );
    await expect.poll(targets).toMatchObject([{ title: join(folder, 'child.cjs') }]);
    vi.unstubAllEnvs();
    control.abort();
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('that dies because memory ran out has its own code', async () => {
    await expect(
      run(
        "process.stderr.write('terminate called after throwing an instance of std::bad_alloc', () => process.abort());",
      ),
    ).rejects.toMatchObject({ code: 'out-of-memory', message: 'No memory.' });
  });

  it('without a grace period is killed at once when it is cancelled', async () => {
    const control = new AbortController();
    const script = "process.send({ type: 'progress', step: { stage: 'train', done: 0, total: null } }); for (;;);";
    const reason = new Error('enough');
    await expect(run(script, { signal: control.signal, progress: () => control.abort(reason) })).rejects.toBe(reason);
  });

  it('with a grace period is asked to stop, and may still end with its result', async () => {
    for (const [ending, outcome] of [
      ["{ type: 'cancelled' }", 'cancelled'],
      ["{ type: 'done', result: 5 }", 5],
    ] as const) {
      const control = new AbortController();
      const result = run(
        `if (m.start) process.send({ type: 'ask', what: 'go' }); else if (m.type === 'cancel') end(${ending});`,
        { signal: control.signal, hear: () => control.abort() },
        { graceMs: 600_000 },
      );
      expect(await result.catch((error: unknown) => (error as { code: string }).code)).toBe(outcome);
    }
  });

  it('that does not stop in its grace period is killed', async () => {
    const control = new AbortController();
    const result = run(
      "process.send({ type: 'ask', what: 'go' }); for (;;);",
      { signal: control.signal, hear: () => control.abort() },
      { graceMs: 1 },
    );
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is not started if it is already cancelled', async () => {
    await expect(run('', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(pid).toBe(0);
  });
});
