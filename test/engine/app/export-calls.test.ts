import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../../src/contract/model/export';
import { localEngine } from '../../../src/engine/app/local-engine';
import { portPair } from '../../../src/engine/process/port';
import { serve } from '../../../src/engine/app/serve';
import { put, putClasses, scratch } from '../support/indexed';

const options: ExportOptions = {
  split: {
    kind: 'new',
    shares: [
      { name: 'train', share: 80 },
      { name: 'test', share: 20 },
    ],
    seed: '1',
  },
  mode: 'copy',
  drop: [],
  convert: false,
  huggingFace: false,
};
let home: ReturnType<typeof scratch>;
let source: string;
let out: string;
let engine: ReturnType<typeof localEngine>;
let dataset: string;

beforeEach(async () => {
  home = scratch();
  source = join(home.folder, 'source');
  out = join(home.folder, 'out');
  await putClasses(source, { cat: 12, dog: 8 });
  for (const copy of ['a', 'b']) put(source, `dog/${copy}.png`, readFileSync(join(source, 'dog/0.png')));
  engine = localEngine({ cache: join(home.folder, 'cache'), data: join(home.folder, 'data') });
  ({ dataset } = await engine.client.call('dataset.open', { root: source }));
  await engine.client.runJob('jobs.index', { dataset });
});
afterEach(async () => {
  await engine.stop();
  home.remove();
});

describe('the calls of an export', () => {
  it('preview the export, represent the folder by a token, write, and open the result', async () => {
    const plan = await engine.client.call('export.plan', { dataset, options });
    expect(plan).toMatchObject({ images: 22, splits: ['train', 'test'], problems: [] });
    const { target } = await engine.client.call('export.target', { dataset, path: out });
    expect(existsSync(out)).toBe(false);
    expect(await engine.client.runJob('jobs.export', { dataset, options, target })).toMatchObject({
      ...plan,
      folder: out,
    });
    const opened = await engine.client.call('export.open', { dataset, target });
    await engine.client.runJob('jobs.index', opened);
    const { classes, splits, images } = await engine.client.call('dataset.summary', opened);
    expect({ images, classes: classes.map(({ name }) => name), splits: splits.map(({ name }) => name) }).toEqual({
      images: 22,
      classes: ['cat', 'dog'],
      splits: ['train', 'test'],
    });
    const findings = await engine.client.call('findings.list', opened);
    expect(findings.map(({ check }) => check)).not.toContain('split-leak');
  });

  it('leave out all but one of identical pictures on request, unless the finding is muted', async () => {
    const drop: ExportOptions = { ...options, drop: ['exact-duplicate'] };
    expect(await engine.client.call('export.plan', { dataset, options: drop })).toMatchObject({
      images: 20,
      dropped: [{ reason: { kind: 'check', check: 'exact-duplicate' }, count: 2 }],
      unreviewed: [],
    });
    const { key } = (await engine.client.call('findings.list', { dataset })).find(
      ({ check }) => check === 'exact-duplicate',
    )!;
    await engine.client.call('findings.mute', { dataset, finding: key, reason: 'bursts' });
    expect(await engine.client.call('export.plan', { dataset, options: drop })).toMatchObject({
      images: 22,
      dropped: [],
    });
  });

  it('leave out no duplicate that was just marked as a different picture, even before the next audit', async () => {
    const noise = sharp({
      create: {
        width: 96,
        height: 96,
        channels: 3,
        background: 'black',
        noise: { type: 'gaussian', mean: 128, sigma: 90 },
      },
    }).blur(3);
    const { data, info } = await noise.raw().toBuffer({ resolveWithObject: true });
    for (const quality of [100, 90])
      await sharp(data, { raw: info })
        .jpeg({ quality })
        .toFile(join(source, `dog/quality ${quality}.jpg`));
    await engine.client.runJob('jobs.index', { dataset });
    const drop: ExportOptions = { ...options, drop: ['near-duplicate'] };
    expect(await engine.client.call('export.plan', { dataset, options: drop })).toMatchObject({
      dropped: [{ reason: { kind: 'check', check: 'near-duplicate' }, count: 1 }],
    });
    const { items } = await engine.client.call('images.list', {
      dataset,
      filter: { finding: 'near-duplicate' },
      sort: { by: 'path', descending: false },
      offset: 0,
      limit: 10,
    });
    const images = items.map(({ id }) => id);
    const { at } = await engine.client.call('findings.notDuplicate', { dataset, images });
    expect(await engine.client.call('export.plan', { dataset, options: drop })).toMatchObject({ dropped: [] });
    await engine.client.call('findings.forgetNotDuplicate', { dataset, at });
    expect((await engine.client.call('export.plan', { dataset, options: drop })).dropped).not.toEqual([]);
    await engine.client.call('findings.notDuplicate', { dataset, images });
  });

  it('refuse a bad folder at once, an unknown token, and invalid options', async () => {
    await expect(engine.client.call('export.target', { dataset, path: join(source, 'x') })).rejects.toMatchObject({
      code: 'export-target',
      details: { reason: 'inside-source' },
    });
    await expect(
      engine.client.runJob('jobs.export', { dataset, options, target: '0'.repeat(32) }),
    ).rejects.toMatchObject({
      code: 'not-found',
    });
    for (const name of ['', '..', 'a/b', '.hidden']) {
      await expect(
        engine.client.call('export.plan', {
          dataset,
          options: { ...options, split: { kind: 'new', shares: [{ name, share: 1 }], seed: '' } },
        }),
      ).rejects.toMatchObject({ code: 'bad-request' });
    }
    expect(readdirSync(home.folder).sort()).toEqual(['cache', 'data', 'source']);
  });

  it('do not allow a window to name a folder', async () => {
    const ports = portPair();
    const { drain } = serve(
      ports.engine,
      { cache: join(home.folder, 'cache'), data: join(home.folder, 'data') },
      () => undefined,
    );
    const answer = new Promise<unknown>((resolve) =>
      ports.client.listen((frame) => (frame as { id?: number }).id === 1 && resolve(frame)),
    );
    ports.client.post({
      type: 'request',
      id: 1,
      name: 'export.target',
      params: { dataset, path: out },
      untrusted: true,
    });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    await drain();
    ports.close();
  });
});
