/** The folder into which the user's training records, over a restart of the engine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/app/local-engine';
import { putClasses, scratch } from '../support/indexed';

let box: ReturnType<typeof scratch>;
let watched: string;
let engine: ReturnType<typeof localEngine>;
let dataset: string;

const start = (): void => {
  engine = localEngine({ cache: join(box.folder, 'cache'), data: join(box.folder, 'data') });
};
const restart = async (): Promise<void> => {
  await engine.stop();
  start();
};
const state = () => engine.client.call('watch.state', { dataset, run: null });

beforeAll(async () => {
  box = scratch();
  watched = join(box.folder, 'watched');
  mkdirSync(watched);
  const head = { kind: 'run', format: 1, framework: 'keras', version: '3', host: '', at: 1, classes: ['a', 'b'] };
  writeFileSync(join(watched, 'watch-1.jsonl'), `${JSON.stringify(head)}\n`);
  await putClasses(join(box.folder, 'set'), { a: 2, b: 2 });
  start();
  ({ dataset } = await engine.client.call('dataset.open', { root: join(box.folder, 'set') }));
});
afterAll(async () => {
  await engine.stop();
  box.remove();
});

it('is watched again after a restart, until the user stops it', async () => {
  await engine.client.call('watch.follow', { dataset, path: watched, remember: true });
  await restart();
  expect(await state()).toMatchObject({ folder: null });
  await engine.client.call('watch.resume', { dataset });
  expect(await state()).toMatchObject({ folder: 'watched', problem: null, run: { id: 'watch-1' } });
  await engine.client.call('watch.stop', { dataset });
  await restart();
  await engine.client.call('watch.resume', { dataset });
  expect(await state()).toMatchObject({ folder: null });
});

it('is not watched again if it was watched only once', async () => {
  await engine.client.call('watch.follow', { dataset, path: watched, remember: false });
  await restart();
  await engine.client.call('watch.resume', { dataset });
  expect(await state()).toMatchObject({ folder: null });
});

it('stays the folder that was chosen last', async () => {
  const other = join(box.folder, 'other');
  await engine.client.call('watch.follow', { dataset, path: watched, remember: true });
  await engine.client.call('watch.follow', { dataset, path: other, remember: true });
  await engine.client.call('watch.resume', { dataset });
  expect(await state()).toMatchObject({ folder: 'other' });
  await restart();
  await engine.client.call('watch.resume', { dataset });
  const { folder, problem } = await state();
  expect([folder, problem]).toEqual(['other', 'The folder does not exist yet. Plumbline waits for it.']);
});
