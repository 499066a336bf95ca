import { logTo, type LogFacts } from '../../../src/host/process-log';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Announcement } from '../../../src/contract/api';
import { EngineProcess } from '../../../src/shell/engine-process';

const DATASET = '0123456789abcdef';
const HELLO = "process.send({ type: 'hello', version: 1, pid: process.pid });";
/** Answers `engine.info`. The data set's id selects any other behaviour. */
const SERVE = `
  ${HELLO}
  process.on('message', ({ type, id, name, params, untrusted }) => {
    if (type === 'drain') { require('node:fs').writeFileSync(process.argv[1] + '.drained', ''); process.exit(0); }
    if (name === 'engine.info') process.send({ type: 'reply', id, ok: true, result: { version: '1', node: '24', pid: process.pid, cacheFolder: '/c', dataFolder: '/d' } });
    if (name === 'dataset.open') process.send({ type: 'error', id, ok: false, error: { code: untrusted ? 'forbidden' : 'no-permission', message: 'No.', details: {}, causes: [] } });
    if (name === 'dataset.forget') process.kill(process.pid, 'SIGKILL');
    if (name === 'findings.unmute') {
      process.send({ type: 'event', name: 'dataset-changed', payload: { dataset: params.dataset, revision: 4 } });
      process.send({ type: 'event', name: 'dataset-changed', payload: { revision: 'new' } });
      process.send({ type: 'event', name: 'no-such-event', payload: {} });
      process.send({ type: 'reply', id, ok: true, result: {} });
    }
  });
  process.on('disconnect', () => process.exit(0));`;

let folder: string;
let engine: EngineProcess | null;
let events: Announcement[];
let logged: LogFacts[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-engine-process-'));
  engine = null;
  events = [];
  logged = [];
});
afterEach(async () => {
  await engine?.stop();
  rmSync(folder, { recursive: true });
});

/** A real child process that runs `source`. */
function start(source: string, patience = 120_000): EngineProcess {
  const entry = join(folder, 'engine.cjs');
  writeFileSync(entry, source);
  // The end of a process can be reported after its test has ended.
  const [announced, facts] = [events, logged];
  engine = new EngineProcess({
    advice: 'Start it again.',
    entry,
    runtime: { execPath: process.execPath, env: process.env },
    announce: (event) => announced.push(event),
    log: logTo((_level, event, about) => facts.push({ event, ...about })),
    backOff: [10, 20],
    patience,
  });
  return engine;
}

const states = () => events.flatMap((event) => (event.name === 'engine' ? [event.payload.state] : []));

describe('the engine process', () => {
  it('answers calls that were made before its hello', async () => {
    const info = await start(`setTimeout(() => { ${SERVE} }, 100);`).call('engine.info', {});
    expect(info.cacheFolder).toBe('/c');
    expect(states()).toEqual(['up']);
  });

  it('is told which requests come from a window', async () => {
    const asked = start(SERVE);
    await expect(asked.forward('dataset.open', { root: '/' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(asked.call('dataset.open', { root: '/' })).rejects.toMatchObject({ code: 'no-permission' });
  });

  it('passes on known events and drops others', async () => {
    await start(SERVE).call('findings.unmute', { dataset: DATASET, finding: 'x' });
    expect(events.filter(({ name }) => name !== 'engine')).toEqual([
      { name: 'dataset-changed', payload: { dataset: DATASET, revision: 4 } },
    ]);
    expect(logged.map(({ event }) => event)).toEqual(['frame-dropped', 'frame-dropped']);
  });

  it('rejects pending calls when it dies, starts again and reports it', async () => {
    const running = start(SERVE);
    const { pid } = await running.call('engine.info', {});
    const died = expect(running.call('dataset.forget', { dataset: DATASET })).rejects.toMatchObject({
      code: 'engine-exited',
    });
    const alsoPending = expect(running.call('jobs.list', { dataset: DATASET })).rejects.toMatchObject({
      code: 'engine-exited',
    });
    await Promise.all([died, alsoPending]);
    const again = await running.call('engine.info', {});
    expect(again.pid).not.toBe(pid);
    expect(states()).toEqual(['up', 'restarted']);
    expect(events.at(-1)).toMatchObject({
      payload: { message: 'The engine stopped (signal SIGKILL) and was started again.' },
    });
  });

  it('logs how an engine died, and the end of what it wrote to its standard error', async () => {
    const said = "process.stderr.write('last words\\n', () => process.exit(3));";
    await start(`process.on('message', () => undefined); ${said}`)
      .call('engine.info', {})
      .catch(() => null);
    await expect.poll(() => logged.filter(({ event }) => event === 'engine-died')).toHaveLength(3);
    expect(logged.find(({ event }) => event === 'engine-died')).toMatchObject({
      exitCode: 3,
      signal: null,
      stderr: 'last words\n',
    });
  });

  it('is given up if it never starts, and this is reported', async () => {
    const running = start('process.exit(3);');
    await expect(running.call('engine.info', {})).rejects.toMatchObject({
      code: 'engine-exited',
      message: expect.stringMatching(/exit code 3/) as string,
    });
    expect(states()).toEqual(['down']);
    expect(logged.filter(({ event }) => event === 'engine-restarting')).toHaveLength(2);
  });

  it('is not started again if it has another version', async () => {
    const running = start("process.send({ type: 'hello', version: 999, pid: 1 }); setInterval(() => {}, 1000);");
    await expect(running.call('engine.info', {})).rejects.toMatchObject({ code: 'version-mismatch' });
    expect(logged.filter(({ event }) => event === 'engine-restarting')).toEqual([]);
  });

  it('fails with the reason if the runtime is missing', async () => {
    engine = new EngineProcess({
      advice: 'Start it again.',
      entry: join(folder, 'none.cjs'),
      runtime: { execPath: join(folder, 'no-node'), env: {} },
      announce: (event) => events.push(event),
      log: logTo((_level, event, facts) => logged.push({ event, ...facts })),
      backOff: [],
    });
    await expect(engine.call('engine.info', {})).rejects.toMatchObject({
      code: 'engine-exited',
      message: expect.stringMatching(/ENOENT/) as string,
    });
  });

  it('is drained at the end and not started again', async () => {
    const running = start(SERVE);
    await running.call('engine.info', {});
    await running.stop();
    expect(readFileSync(join(folder, 'engine.cjs.drained'), 'utf8')).toBe('');
    expect(states()).toEqual(['up']);
    expect(logged).toEqual([]);
    await expect(running.call('engine.info', {})).rejects.toMatchObject({ code: 'engine-exited' });
  });

  it('is killed if it does not end in time', async () => {
    const running = start(`${HELLO} process.on('message', () => {}); setInterval(() => {}, 1000);`, 50);
    await expect.poll(states).toEqual(['up']);
    await running.stop();
    expect(states()).toEqual(['up']);
  });
});
