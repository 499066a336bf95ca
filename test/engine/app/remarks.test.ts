import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../../src/contract/model/export';
import type { ImageFilter } from '../../../src/contract/model/queries';
import type { RemarksChange } from '../../../src/contract/model/remarks';
import { localEngine } from '../../../src/engine/app/local-engine';
import { putClasses, scratch } from '../support/indexed';

let home: ReturnType<typeof scratch>;
let source: string;
let engine: ReturnType<typeof localEngine>;
let dataset: string;

const start = () => (engine = localEngine({ cache: join(home.folder, 'cache'), data: join(home.folder, 'data') }));
const call: typeof engine.client.call = (name, params) => engine.client.call(name, params);
const byPath = { by: 'path', descending: false } as const;
const cards = async (filter: ImageFilter = {}) =>
  (await call('images.list', { dataset, filter, sort: byPath, offset: 0, limit: 100 })).items;
const paths = async (filter: ImageFilter) => (await cards(filter)).map(({ path }) => path);
const idOf = async (path: string) => (await cards()).find((card) => card.path === path)!.id;
const remark = async (names: string[], change: RemarksChange) =>
  call('review.remark', { dataset, images: await Promise.all(names.map(idOf)), change });
const index = () => engine.client.runJob('jobs.index', { dataset });

beforeEach(async () => {
  home = scratch();
  source = join(home.folder, 'source');
  await putClasses(source, { cat: 3, dog: 2 });
  start();
  ({ dataset } = await call('dataset.open', { root: source }));
  await index();
});
afterEach(async () => {
  await engine.stop();
  home.remove();
});

describe('tags and notes', () => {
  it('are kept over restarts, shown on cards and summed up', async () => {
    expect(await remark(['cat/0.png', 'dog/1.png'], { add: ['night'] })).toEqual({ images: 2 });
    await remark(['cat/0.png'], { add: ['blurry', 'Night'], note: ' 50 % grey\n' });
    await engine.stop();
    start();
    const [first, second] = await cards();
    expect(first!.remarks).toEqual({ tags: ['blurry', 'night'], note: '50 % grey' });
    expect(second!.remarks).toBeUndefined();
    expect(await call('review.remarksSummary', { dataset })).toEqual({
      tags: [
        { tag: 'blurry', images: 1 },
        { tag: 'night', images: 2 },
      ],
      notes: 1,
    });
    const images = (await cards()).map(({ id }) => id);
    expect(await call('review.remarks', { dataset, images })).toMatchObject([
      { remarks: { note: '50 % grey' } },
      { remarks: { tags: ['night'], note: null } },
    ]);
  });

  it('filter the images, also after they change, and a text finds notes and paths', async () => {
    await remark(['cat/0.png', 'dog/1.png'], { add: ['night'] });
    await remark(['cat/1.png'], { note: 'A dog_at dusk' });
    expect(await paths({ tags: ['night', 'other'] })).toEqual(['cat/0.png', 'dog/1.png']);
    expect(await paths({ tags: ['night'], classes: ['dog'] })).toEqual(['dog/1.png']);
    expect(await paths({ noted: true })).toEqual(['cat/1.png']);
    expect(await paths({ noted: false })).toHaveLength(4);
    expect(await paths({ text: 'DOG' })).toEqual(['cat/1.png', 'dog/0.png', 'dog/1.png']);
    expect(await paths({ text: 'g_a' })).toEqual(['cat/1.png']);
    await remark(['cat/0.png'], { remove: ['night'] });
    expect(await paths({ tags: ['night'] })).toEqual(['dog/1.png']);
    await call('review.undo', { dataset });
    expect(await paths({ tags: ['night'] })).toEqual(['cat/0.png', 'dog/1.png']);
  });

  it('are undone with one step that the history names, and leave the decisions as they are', async () => {
    await remark(['cat/0.png', 'cat/1.png'], { add: ['night', 'blurry'] });
    const { steps } = await call('review.history', { dataset, limit: 5 });
    expect(steps).toMatchObject([{ images: 2, path: null, label: null, kinds: [{ kind: 'tag', count: 4 }] }]);
    expect(await call('review.state', { dataset })).toMatchObject({ decisions: 0, undoable: true });
    expect((await call('review.undo', { dataset })).images).toHaveLength(2);
    expect(await call('review.remarksSummary', { dataset })).toEqual({ tags: [], notes: 0 });
    expect((await call('review.redo', { dataset })).images).toHaveLength(2);
  });

  it('follow a moved file, can be changed and undone there', async () => {
    await remark(['cat/0.png'], { add: ['night', 'blurry'] });
    mkdirSync(join(source, 'cow'));
    renameSync(join(source, 'cat/0.png'), join(source, 'cow/9.png'));
    await index();
    expect(await paths({ tags: ['night'] })).toEqual(['cow/9.png']);
    await remark(['cow/9.png'], { remove: ['night'] });
    expect((await cards({ tags: ['blurry'] }))[0]!.remarks).toEqual({ tags: ['blurry'], note: null });
    expect(await call('review.undo', { dataset })).toEqual({ images: [await idOf('cow/9.png')] });
    await remark(['cow/9.png'], { remove: ['night', 'blurry'] });
    expect(await paths({ tags: ['night', 'blurry'] })).toEqual([]);
  });

  it('are refused with one sentence and the limit', async () => {
    await expect(remark(['cat/0.png'], { note: 'x'.repeat(10 << 20) })).rejects.toMatchObject({
      code: 'bad-request',
      message: 'A note can have at most 10,000 characters; this one has 10,485,760.',
    });
    await expect(remark(['cat/0.png'], { add: ['a;b'] })).rejects.toThrow('“a;b” cannot be a tag');
    expect(await call('review.history', { dataset, limit: 5 })).toEqual({ steps: [], more: false });
  });

  it('come back from an exported file, as one step', async () => {
    await remark(['cat/0.png', 'dog/1.png'], { add: ['night'] });
    await remark(['cat/0.png'], { note: '=first\n"second"' });
    const before = (await cards()).map(({ remarks }) => remarks);
    for (const format of ['csv', 'json'] as const) {
      const { text } = await call('review.export', { dataset, format });
      await remark(['cat/0.png', 'dog/1.png'], { remove: ['night'], note: 'other' });
      const done = await call('review.import', { dataset, text, format, newClasses: false });
      expect(done).toMatchObject({ applied: 0, remarks: { images: 2, replaced: 1 }, problems: { count: 0 } });
      await remark(['dog/1.png'], { note: '' });
      expect((await cards()).map(({ remarks }) => remarks)).toEqual(before);
    }
  });

  it('are in the files of an export', async () => {
    await remark(['cat/0.png'], { add: ['night', 'a b'], note: 'see "x"' });
    const options: ExportOptions = {
      split: { kind: 'new', shares: [{ name: 'train', share: 1 }], seed: 'x' },
      drop: [],
      mode: 'copy',
      convert: false,
      huggingFace: true,
    };
    const path = join(home.folder, 'out');
    const { target } = await call('export.target', { dataset, path });
    await engine.client.runJob('jobs.export', { dataset, options, target });
    expect(readFileSync(join(path, 'manifest.csv'), 'utf8')).toMatch(/,a b; night,"see ""x"""\r\n/);
    expect(readFileSync(join(path, 'train/metadata.jsonl'), 'utf8')).toContain('"tags":"a b; night","note":"see');
    expect(readFileSync(join(path, 'decisions.csv'), 'utf8')).toContain('a b; night');
    expect(readFileSync(join(path, 'report.html'), 'utf8')).toContain('Tags and notes');
  });

  it('are listed in the report', async () => {
    await remark(['cat/0.png', 'dog/1.png'], { add: ['night'] });
    await remark(['dog/1.png'], { note: '<b>' });
    expect((await call('report.get', { dataset, timings: {} })).remarks).toEqual({
      tags: [{ tag: 'night', images: 2 }],
      notes: 1,
      images: [
        { path: 'cat/0.png', tags: ['night'], note: null },
        { path: 'dog/1.png', tags: ['night'], note: '<b>' },
      ],
    });
    expect((await call('report.html', { dataset, timings: {} })).html).toContain('&lt;b&gt;');
  });
});

describe('saved views', () => {
  const filter: ImageFilter = { classes: ['cat'], tags: ['night'], text: 'x' };
  const save = (name: string, more: { filter?: ImageFilter; replace?: boolean } = {}) =>
    call('savedViews.save', { dataset, name, filter, sort: byPath, replace: false, ...more });
  const names = async () => (await call('savedViews.list', { dataset })).map(({ name }) => name);

  it('are saved, kept over restarts, replaced, renamed and deleted', async () => {
    await save('Night');
    await save('cats');
    await engine.stop();
    start();
    expect(await call('savedViews.list', { dataset })).toEqual([
      { name: 'cats', filter, sort: byPath },
      { name: 'Night', filter, sort: byPath },
    ]);
    await save('cats', { filter: { noted: true }, replace: true });
    await call('savedViews.rename', { dataset, from: 'cats', to: 'Noted' });
    expect(await call('savedViews.list', { dataset })).toMatchObject([
      { name: 'Night' },
      { name: 'Noted', filter: { noted: true } },
    ]);
    await call('savedViews.delete', { dataset, name: 'Night' });
    expect(await names()).toEqual(['Noted']);
  });

  it('are refused with one sentence', async () => {
    await save('cats');
    await expect(save('cats')).rejects.toThrow('There is already a view “cats”. Choose another name.');
    await expect(save('')).rejects.toThrow('The name of a view must not be empty');
    await expect(save('x'.repeat(101))).rejects.toThrow('at most 100 characters; this one has 101');
    await expect(save('some', { filter: { ids: [1] } })).rejects.toThrow('cannot hold a list of single images');
    await save('dogs');
    await expect(call('savedViews.rename', { dataset, from: 'dogs', to: 'cats' })).rejects.toThrow('already a view');
    await expect(call('savedViews.rename', { dataset, from: 'cows', to: 'x' })).rejects.toThrow('no view “cows”');
    expect(await names()).toEqual(['cats', 'dogs']);
  });
});
