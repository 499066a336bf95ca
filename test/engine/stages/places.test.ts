import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/app/local-engine';
import { readDigits, side } from '../../../src/engine/samples/digits';
import { put, scratch } from '../support/indexed';

let box: ReturnType<typeof scratch>;
beforeEach(() => void (box = scratch()));
afterEach(() => box.remove());

it.each([3, 4, 16])('%d images have a place each on the map', async (images) => {
  const classes = (await readDigits(9)).slice(0, 2);
  for (let at = 0; at < images; at++) {
    const png = sharp(classes[at % 2]![at >> 1], { raw: { width: side, height: side, channels: 1 } }).png();
    put(`${box.folder}/set`, `${at % 2}/${at}.png`, await png.toBuffer());
  }
  const engine = localEngine({ cache: `${box.folder}/cache`, data: `${box.folder}/data` });
  try {
    const { dataset } = await engine.client.call('dataset.open', { root: `${box.folder}/set` });
    await engine.client.runJob('jobs.index', { dataset });
    await engine.client.runJob('jobs.probe', { dataset, probe: 'instant' });
    const map = await engine.client.call('labels.map', { dataset });
    expect(map.x).toHaveLength(images);
    expect([...map.x, ...map.y].every(Number.isFinite)).toBe(true);
  } finally {
    await engine.stop();
  }
});
