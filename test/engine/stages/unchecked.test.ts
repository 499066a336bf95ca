/** What has not been looked at: by a probe, or with predictions or a script of the user. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { localEngine } from '../../../src/engine/app/local-engine';
import { installedBackbone } from '../../../src/engine/process/backbone';
import { picture, put, putClasses, scratch } from '../support/indexed';

let box: ReturnType<typeof scratch>;
let engine: ReturnType<typeof localEngine>;
let dataset: string;
const root = () => join(box.folder, 'set');

beforeEach(async () => {
  box = scratch();
  await putClasses(root(), { cat: 24, dog: 24 });
  engine = localEngine({ cache: join(box.folder, 'cache'), data: join(box.folder, 'data') });
  ({ dataset } = await engine.client.call('dataset.open', { root: root() }));
  await engine.client.runJob('jobs.index', { dataset });
});
afterEach(async () => {
  await engine.stop();
  box.remove();
});

async function unchecked(): Promise<string[]> {
  const all = await engine.client.call('dataset.unchecked', { dataset });
  // Without the pretrained network a probe finds no more copies.
  return all.filter(({ what }) => what !== 'changed-copies').map(({ what, why }) => `${what} ${why}`);
}
const knowsCopies = async (): Promise<boolean> =>
  (await engine.client.call('dataset.unchecked', { dataset })).every(({ what }) => what !== 'changed-copies');

async function addImage(): Promise<void> {
  put(root(), 'cat/new.png', await picture(999));
  await engine.client.runJob('jobs.index', { dataset });
}

describe('what has not been looked at', () => {
  it('is the labels and the training at first, and both again after a change', async () => {
    expect(await unchecked()).toEqual(['labels not-run', 'collapse not-run']);
    expect(await knowsCopies()).toBe(installedBackbone() === null);
    const rows = ['cat', 'dog'].flatMap((name) => Array.from({ length: 24 }, (_, i) => `${name}/${i}.png,${name}`));
    const text = `path,predicted\n${rows.join('\n')}\n`;
    await engine.client.call('diagnosis.import', { dataset, name: 'mine.csv', text });
    expect(await unchecked()).toEqual(['labels not-run']);
    await addImage();
    expect(await unchecked()).toEqual(['labels not-run', 'collapse outdated']);
  });

  it('tells labels that a probe may not judge from labels that nobody looked at', async () => {
    await engine.client.runJob('jobs.probe', { dataset, probe: 'instant' });
    // The pictures are noise: nothing can be learned from them.
    expect(await unchecked()).toEqual(['labels withheld', 'collapse not-run']);
    expect(await knowsCopies()).toBe(true);
    await addImage();
    expect((await unchecked())[0]).toBe('labels outdated');
  });
});
