import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDigits, side } from '../../../../src/engine/samples/digits';
import type { EngineApi } from '../../../../src/contract/api';
import type { Client } from '../../../../src/contract/rpc/client';
import { put, scratch } from '../../support/indexed';
import { startEngine, type KillableEngine } from '../../support/killable';

const DIGITS = 2;
const EACH = 9;
let box: ReturnType<typeof scratch>;
let engine: KillableEngine;
beforeEach(() => void (box = scratch()));
afterEach(async () => {
  await engine.kill();
  box.remove();
});

async function outcome(client: Client<EngineApi>, dataset: string) {
  const { labels } = await client.call('report.get', { dataset, timings: {} });
  return {
    labels: labels?.images,
    curve: await client.call('labels.curve', { dataset, probe: 'cnn' }),
    map: await client.call('labels.map', { dataset }),
  };
}

it('a CNN probe whose engine was killed continues and ends with the same result', async () => {
  const set = join(box.folder, 'set');
  for (const [digit, images] of (await readDigits(EACH)).slice(0, DIGITS).entries()) {
    for (const [index, pixels] of images.entries())
      put(
        set,
        `${digit}/${index}.png`,
        await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
          .png()
          .toBuffer(),
      );
  }
  engine = startEngine(join(box.folder, 'undisturbed'));
  const first = await engine.client.call('dataset.open', { root: set });
  await engine.client.runJob('jobs.index', first);
  await engine.client.runJob('jobs.probe', { ...first, probe: 'cnn' });
  const whole = await outcome(engine.client, first.dataset);
  await engine.stop();
  expect(new Set(whole.curve.map((point) => point.fold)).size).toBe(5);
  expect(whole.labels).toHaveLength(DIGITS * EACH);

  const home = join(box.folder, 'disturbed');
  engine = startEngine(home);
  const { dataset } = await engine.client.call('dataset.open', { root: set });
  await engine.client.runJob('jobs.index', { dataset });
  const { job } = await new Promise<{ job: string }>((resolve) => {
    engine.client.on('job', (status) => {
      const { progress } = status;
      if (progress?.stage === 'train' && progress.done > 0.4 * progress.total!) resolve(status);
    });
    void engine.client.call('jobs.probe', { dataset, probe: 'cnn' });
  });
  await engine.kill();

  engine = startEngine(home);
  await engine.client.call('dataset.reopen', { dataset });
  expect((await engine.client.call('jobs.list', { dataset })).find((status) => status.job === job)).toMatchObject({
    kind: 'probe',
    state: 'interrupted',
  });
  const before = await engine.client.call('labels.curve', { dataset, probe: 'cnn' });
  expect(before.length).toBeGreaterThan(3);
  expect(before).toEqual(whole.curve.slice(0, before.length));
  const shares: number[] = [];
  await new Promise<void>((resolve, reject) => {
    engine.client.on('job', (status) => {
      if (status.progress?.stage === 'train') shares.push(status.progress.done / status.progress.total!);
      if (status.state === 'done') resolve();
      else if (status.state !== 'running') reject(new Error(status.error?.message));
    });
    void engine.client.call('jobs.resume', { dataset, job });
  });
  expect(shares[0]).toBeGreaterThan(0.25);
  expect(await outcome(engine.client, dataset)).toEqual(whole);
});
