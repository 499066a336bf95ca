import { expect, describe, it } from 'vitest';
import { engineApi, type EngineApi, type EngineCall, type Handlers } from '../../../../src/contract/api';
import { PlumblineError } from '../../../../src/contract/errors';
import { createServer, type ServerOptions } from '../../../../src/contract/rpc/server';
import { portPair } from '../../../../src/engine/process/port';

const DATASET = '0123456789abcdef';

type Frame = Record<string, unknown>;

function serve(handlers: Partial<Handlers<EngineApi>>, options: Partial<ServerOptions<EngineApi>> = {}) {
  const { client, engine } = portPair();
  const dropped: string[] = [];
  const received: Frame[] = [];
  const waiting = new Map<number, (frame: Frame) => void>();
  client.listen((raw) => {
    const frame = raw as Frame;
    received.push(frame);
    waiting.get(frame['id'] as number)?.(frame);
  });
  const server = createServer(engine, {
    api: engineApi,
    handlers: handlers as Handlers<EngineApi>,
    callers: 'shell',
    onDropped: (reason) => dropped.push(reason),
    ...options,
  });
  let lastId = 0;
  const ask = (name: string, params: unknown, more: object = {}): Promise<Frame> =>
    new Promise((resolve) => {
      waiting.set((lastId += 1), resolve);
      client.post({ type: 'request', id: lastId, name, params, ...more });
    });
  return { server, client, ask, dropped, received };
}

describe('the server', () => {
  it('passes only the parameters of the schema to a handler and answers with its result', async () => {
    const given: unknown[] = [];
    const { ask } = serve({
      'dataset.reopen': (params) => {
        given.push(params);
        return params;
      },
    });
    expect(await ask('dataset.reopen', { dataset: DATASET, root: '/etc' })).toMatchObject({
      type: 'reply',
      ok: true,
      result: { dataset: DATASET },
    });
    expect(given).toEqual([{ dataset: DATASET }]);
  });

  it.each(['nothing', 'toString', '__proto__', ''])('does not know the call %j', async (name) => {
    expect(await serve({}).ask(name, {})).toMatchObject({ type: 'error', error: { code: 'not-found' } });
  });

  it('refuses parameters and results that do not fit the contract', async () => {
    const { ask } = serve({ 'dataset.reopen': () => ({ dataset: 'no id' }) });
    expect(await ask('dataset.reopen', { dataset: '../../etc' })).toMatchObject({ error: { code: 'bad-request' } });
    expect(await ask('dataset.reopen', { dataset: DATASET })).toMatchObject({ error: { code: 'internal' } });
  });

  const trusted = (Object.keys(engineApi) as EngineCall[]).filter((name) => engineApi[name].trusted);

  it.each(trusted)('refuses the call %s from a window, even if its frame claims to be trusted', async (name) => {
    const handlers = { [name]: () => expect.unreachable() };
    const params = { root: '/etc', dataset: DATASET, path: '/etc' };
    for (const more of [{}, { untrusted: false }])
      expect(await serve(handlers, { callers: 'window' }).ask(name, params, more)).toMatchObject({
        error: { code: 'forbidden' },
      });
    expect(await serve(handlers).ask(name, params, { untrusted: true })).toMatchObject({
      error: { code: 'forbidden' },
    });
  });

  it('allows the shell calls with a path', async () => {
    const { ask } = serve({ 'dataset.open': () => ({ dataset: DATASET }) });
    expect(await ask('dataset.open', { root: '/etc' })).toMatchObject({ result: { dataset: DATASET } });
  });

  it('accepts a drain request only from the shell', async () => {
    let drains = 0;
    const onDrain = () => void (drains += 1);
    for (const callers of ['window', 'shell'] as const) {
      const { client, ask, dropped } = serve({}, { callers, onDrain });
      client.post({ type: 'drain' });
      await ask('nothing', {});
      expect(drains).toBe(callers === 'shell' ? 1 : 0);
      expect(dropped).toEqual(callers === 'shell' ? [] : ['malformed-frame']);
    }
  });

  it('reports invalid frames and continues', async () => {
    const { client, ask, dropped } = serve({});
    for (const junk of [null, 7, 'x', { type: 'request' }, { type: 'run', code: '1' }]) client.post(junk);
    expect(await ask('nothing', {})).toMatchObject({ error: { code: 'not-found' } });
    expect(dropped).toEqual(Array(5).fill('malformed-frame'));
  });

  it('sends a thrown error to the caller, as converted by `explain`', async () => {
    const failing: Partial<Handlers<EngineApi>> = {
      'dataset.reopen': () => Promise.reject(new PlumblineError('folder-vanished', 'Gone.')),
    };
    const params = { dataset: DATASET };
    expect(await serve(failing).ask('dataset.reopen', params)).toMatchObject({ error: { code: 'folder-vanished' } });
    const explain = (error: unknown, given: unknown) =>
      new PlumblineError('catalog-broken', JSON.stringify(given), { cause: error });
    expect(await serve(failing, { explain }).ask('dataset.reopen', params)).toMatchObject({
      error: { code: 'catalog-broken', message: JSON.stringify(params), causes: ['Gone.'] },
    });
  });

  it('answers every call with one error after it was told to refuse', async () => {
    const { server, ask } = serve({ 'dataset.reopen': (params) => params });
    server.refuse(new PlumblineError('engine-exited', 'Stopped.'));
    expect(await ask('dataset.reopen', { dataset: DATASET })).toMatchObject({ error: { code: 'engine-exited' } });
  });

  it('sends hello and events, but no event that does not fit the contract', async () => {
    const { server, ask, received } = serve({});
    server.greet(12);
    server.emit('dataset-changed', { dataset: DATASET, revision: 1 });
    expect(() => server.emit('dataset-changed', { dataset: 'no id', revision: 1 })).toThrow();
    await ask('nothing', {});
    expect(received.slice(0, -1)).toEqual([
      { type: 'hello', version: 1, pid: 12 },
      { type: 'event', name: 'dataset-changed', payload: { dataset: DATASET, revision: 1 } },
    ]);
  });
});
