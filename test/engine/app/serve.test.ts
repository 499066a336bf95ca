import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { engineApi, type EngineCall } from '../../../src/contract/api';
import { PROTOCOL_VERSION, type FromEngineFrame } from '../../../src/contract/frames';
import { identify } from '../../../src/core/images/identify';
import { localEngine } from '../../../src/engine/app/local-engine';
import { portPair } from '../../../src/engine/process/port';
import { serve } from '../../../src/engine/app/serve';
import { put, scratch } from '../support/indexed';
import { jpeg } from '../support/samples';

let box: ReturnType<typeof scratch>;
let ports: ReturnType<typeof portPair>;
let received: FromEngineFrame[];
let served: ReturnType<typeof serve>;
let drained: boolean;
beforeEach(() => {
  box = scratch();
  ports = portPair();
  received = [];
  drained = false;
  ports.client.listen((frame) => received.push(frame as FromEngineFrame));
  served = serve(
    ports.engine,
    { cache: join(box.folder, 'cache'), data: join(box.folder, 'data') },
    () => (drained = true),
  );
});
afterEach(async () => {
  await served.drain();
  box.remove();
});

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

let next = 1;
async function ask(name: string, params: unknown, untrusted?: boolean): Promise<FromEngineFrame> {
  const id = next++;
  ports.client.post({ type: 'request', id, name, params, ...(untrusted === undefined ? {} : { untrusted }) });
  return until(() => received.find((frame) => 'id' in frame && frame.id === id));
}

describe('the engine on its port', () => {
  it('announces its protocol version before anything else', async () => {
    await until(() => received[0]);
    expect(received[0]).toEqual({ type: 'hello', version: PROTOCOL_VERSION, pid: process.pid });
  });

  it('returns only what the contract names', async () => {
    expect(await ask('engine.info', { extra: 1 })).toMatchObject({ ok: true, result: { pid: process.pid } });
  });

  it('refuses unknown calls, including names that every object has', async () => {
    for (const name of ['nothing', 'toString', '__proto__', 'constructor'])
      expect(await ask(name, {})).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  it('refuses parameters that do not fit the contract', async () => {
    expect(await ask('dataset.summary', { dataset: '../../etc' })).toMatchObject({
      ok: false,
      error: { code: 'bad-request' },
    });
    expect(
      await ask('images.list', {
        dataset: '0123456789abcdef',
        filter: {},
        sort: { by: 'path; DROP TABLE images', descending: false },
        offset: 0,
        limit: 10,
      }),
    ).toMatchObject({ error: { code: 'bad-request' } });
  });

  it('refuses every call with a path from a window', async () => {
    const trusted = (Object.keys(engineApi) as EngineCall[]).filter((name) => engineApi[name].trusted);
    expect(trusted).toContain('dataset.open');
    for (const name of trusted)
      expect(await ask(name, { root: box.folder }, true)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await ask('engine.info', {}, true)).toMatchObject({ ok: true });
  });

  it('ignores invalid frames and continues', async () => {
    for (const junk of [null, 7, 'x', { type: 'request' }, { type: 'run', code: '1' }]) ports.client.post(junk);
    expect(await ask('engine.info', {})).toMatchObject({ ok: true });
  });

  it('does not know data sets that were never opened', async () => {
    expect(await ask('dataset.summary', { dataset: '0123456789abcdef' })).toMatchObject({
      error: { code: 'not-found' },
    });
  });

  it('ends on a drain request, and when the other side closes', async () => {
    ports.client.post({ type: 'drain' });
    await until(() => drained || undefined);
    const other = portPair();
    let left = false;
    serve(other.engine, { cache: box.folder, data: box.folder }, () => (left = true));
    other.close();
    await until(() => left || undefined);
  });
});

describe('a client of an engine in the same process', () => {
  it('opens, indexes, lists, shows, mutes and forgets', async () => {
    const set = join(box.folder, 'set');
    for (let i = 0; i < 6; i += 1) put(set, `c${i % 2}/${i}.jpg`, await jpeg(i));
    put(set, 'c0/bad.jpg', Buffer.from('text'));
    const { client, stop } = localEngine({ cache: join(box.folder, 'c2'), data: join(box.folder, 'd2') });
    const changes: number[] = [];
    client.on('dataset-changed', ({ revision }) => changes.push(revision));
    const { dataset } = await client.call('dataset.open', { root: `${set}/../set`, note: 'for a test' });
    expect((await client.call('dataset.open', { root: set })).dataset).toBe(dataset);
    expect(await client.call('dataset.summary', { dataset })).toMatchObject({
      images: 0,
      indexedAt: null,
      incomplete: false,
      note: 'for a test',
      layout: { kind: 'class-folders' },
    });
    await client.runJob('jobs.index', { dataset });
    expect(changes.length).toBeGreaterThan(0);
    const page = await client.call('images.list', {
      dataset,
      filter: { unreadable: false },
      sort: { by: 'path', descending: false },
      offset: 0,
      limit: 3,
    });
    expect(page).toMatchObject({ total: 6, items: [{ path: 'c0/0.jpg' }, { path: 'c0/2.jpg' }, { path: 'c0/4.jpg' }] });
    const image = page.items[0]!.id;
    expect((await client.call('images.get', { dataset, image })).facts).toMatchObject({
      format: 'jpeg',
      width: 120,
      height: 90,
    });
    const thumbnail = await client.call('images.thumbnail', { dataset, image });
    expect(thumbnail.type).toBe('image/jpeg');
    expect(identify(thumbnail.data)).toMatchObject({ id: 'jpeg' });
    const whole = await client.call('images.picture', { dataset, image });
    expect(whole.type).toBe('image/webp');
    expect(identify(whole.data)).toMatchObject({ id: 'webp' });
    const bad = (
      await client.call('images.list', {
        dataset,
        filter: { unreadable: true },
        sort: { by: 'path', descending: false },
        offset: 0,
        limit: 3,
      })
    ).items[0]!;
    await expect(client.call('images.picture', { dataset, image: bad.id })).rejects.toMatchObject({
      code: 'not-found',
      message: 'The file contains text, not an image.',
    });

    const findings = await client.call('findings.list', { dataset });
    const { key, images } = findings.find(({ check }) => check === 'unreadable')!;
    expect(images).toBe(1);
    await client.call('findings.mute', { dataset, finding: key, reason: 'known' });
    expect((await client.call('findings.list', { dataset })).find((one) => one.key === key)?.muted?.reason).toBe(
      'known',
    );
    const { id, min } = (await client.call('thresholds.list', { dataset })).find(
      (one) => one.id === 'dark.white-level',
    )!;
    expect(await client.call('thresholds.preview', { dataset, id, value: min })).toEqual({
      flagged: { images: 0, classes: 0 },
    });
    expect(await client.call('thresholds.preview', { dataset, id, value: 255 })).toMatchObject({
      flagged: { images: 6 },
    });
    expect(await client.call('thresholds.preview', { dataset, id: 'tiny-class.warning', value: 20 })).toMatchObject({
      flagged: { images: 0, classes: 2 },
    });
    expect(await client.call('thresholds.preview', { dataset, id: 'near-duplicate.similarity', value: 0.97 })).toEqual({
      flagged: null,
    });
    await expect(client.call('thresholds.set', { dataset, id: 'no-such', value: 1 })).rejects.toMatchObject({
      code: 'bad-request',
    });

    expect((await client.call('jobs.list', { dataset }))[0]).toMatchObject({ kind: 'index', state: 'done' });
    expect(await client.call('dataset.recents', {})).toMatchObject([
      { id: dataset, name: 'set', images: 6, classes: 2, exists: true },
    ]);
    await expect(
      client.call('dataset.chooseLayout', {
        dataset,
        choice: { kind: 'file-names', table: null, imageColumn: null, labelColumn: null },
      }),
    ).rejects.toMatchObject({ code: 'layout-impossible' });
    await client.call('dataset.forget', { dataset });
    expect(await client.call('dataset.recents', {})).toEqual([]);
    await stop();
    await expect(client.call('engine.info', {})).rejects.toMatchObject({ code: 'engine-exited' });
  });
});
