import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../../src/contract/model/export';
import { localEngine } from '../../../src/engine/app/local-engine';
import { filesOf, fingerprint, picture, put, scratch } from '../support/indexed';
import { type Kept, keep } from '../support/kept';

let home: ReturnType<typeof scratch>;
let kept: Kept;
let source: string;
let engine: ReturnType<typeof localEngine>;
let dataset: string;

const start = () => (engine = localEngine({ cache: join(home.folder, 'cache'), data: join(home.folder, 'data') }));
async function open(): Promise<void> {
  ({ dataset } = await engine.client.call('dataset.open', { root: source }));
  await engine.client.runJob('jobs.index', { dataset });
}
const call = {
  rename: (from: string, to: string) => engine.client.call('review.renameClasses', { dataset, from: [from], to }),
  restore: (...own: string[]) => engine.client.call('review.restoreClasses', { dataset, own }),
  undo: () => engine.client.call('review.undo', { dataset }),
  redo: () => engine.client.call('review.redo', { dataset }),
};
const counts = async () =>
  Object.fromEntries(
    (await engine.client.call('dataset.summary', { dataset })).classes.map(({ name, count }) => [name, count]),
  );
const renamed = async () => (await engine.client.call('review.state', { dataset })).classes;
const findings = async () =>
  (await engine.client.call('findings.list', { dataset })).map(({ check, classes }) => [check, ...classes].join(' '));
const images = async (classes?: string[]) =>
  (
    await engine.client.call('images.list', {
      dataset,
      filter: classes ? { classes } : {},
      sort: { by: 'path', descending: false },
      offset: 0,
      limit: 100,
    })
  ).items;
const relabel = async (path: string, label: string) =>
  engine.client.call('review.act', {
    dataset,
    acts: [{ image: (await images()).find((one) => one.path === path)!.id, kind: 'relabel', label }],
    queue: null,
    note: null,
  });
const asExported = async (format: 'csv' | 'json' = 'csv') =>
  (await engine.client.call('review.export', { dataset, format })).text;
const importText = (text: string, format: 'csv' | 'json' = 'csv') =>
  engine.client.call('review.import', { dataset, text, format, newClasses: false });
const options: ExportOptions = {
  split: { kind: 'mended', home: 'train' },
  mode: 'copy',
  drop: [],
  convert: false,
  huggingFace: false,
};

/** Two folders that are one class (`Mushroom` only in test), a third class, and an empty folder. */
const FOLDERS: Record<string, number> = {
  'train/mushrooms': 6,
  'train/onion': 5,
  'test/Mushroom': 4,
  'test/onion': 3,
};

beforeAll(async () => {
  home = scratch();
  source = join(home.folder, 'source');
  let seed = 1;
  for (const [folder, n] of Object.entries(FOLDERS))
    for (let index = 0; index < n; index += 1) put(source, `${folder}/${index}.png`, await picture(seed++));
  start();
  await open();
  await engine.stop();
  kept = keep(home.folder);
});
afterAll(() => {
  kept.remove();
  home.remove();
});
beforeEach(async () => {
  kept.restore();
  start();
  ({ dataset } = await engine.client.call('dataset.open', { root: source }));
});
afterEach(() => engine.stop());

describe('a merge of two classes', () => {
  it('changes counts, images, findings and export, never the folder, and is undone in one step', async () => {
    const before = fingerprint(source);
    expect(await findings()).toContain('alike-classes Mushroom mushrooms');
    const heard: boolean[] = [];
    engine.client.on('review-changed', (event) => heard.push(event.classes));
    expect(await call.rename('Mushroom', 'mushrooms')).toEqual({ images: 4, batch: 1 });
    expect(heard).toEqual([true]);
    expect(await counts()).toEqual({ mushrooms: 10, onion: 8 });
    expect(await renamed()).toEqual([{ own: 'Mushroom', name: 'mushrooms', images: 4 }]);
    expect(await images(['mushrooms'])).toHaveLength(10);
    const [one] = await images(['mushrooms']);
    expect(await engine.client.call('images.get', { dataset, image: one!.id })).toMatchObject({
      path: 'test/Mushroom/0.png',
      className: 'mushrooms',
      ownClass: 'Mushroom',
    });
    await engine.client.runJob('jobs.audit', { dataset });
    expect((await findings()).filter((one) => /^(alike|missing)-class/.test(one))).toEqual([]);

    const out = join(home.folder, 'out');
    expect((await engine.client.call('export.plan', { dataset, options })).notices).toContain(
      '1 class of the folder is renamed or merged: “Mushroom” is “mushrooms”.',
    );
    const { target } = await engine.client.call('export.target', { dataset, path: out });
    await engine.client.runJob('jobs.export', { dataset, options, target });
    expect(filesOf(out).filter((file) => file.startsWith('test/mushrooms/'))).toHaveLength(4);
    expect(existsSync(join(out, 'test/Mushroom'))).toBe(false);
    const rows = readFileSync(join(out, 'manifest.csv'), 'utf8').split('\r\n');
    expect(rows.find((line) => line.includes('test/Mushroom/0.png'))).toMatch(
      /^test\/mushrooms\/0\.png,test,mushrooms,0,Mushroom,renamed,,/,
    );
    expect(readFileSync(join(out, 'decisions.csv'), 'utf8').split('\r\n')[1]).toMatch(
      /^,mushrooms,class,Mushroom,\d{4}-/,
    );

    expect((await call.undo()).images).toHaveLength(4);
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 8 });
    expect(await renamed()).toEqual([]);
    await call.redo();
    expect(await counts()).toEqual({ mushrooms: 10, onion: 8 });
    expect(await call.restore('Mushroom')).toEqual({ images: 4 });
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 8 });
    expect(fingerprint(source)).toEqual(before);
  });

  it('survives a restart, a new index, a lost index, and holds for new images of the folder', async () => {
    await call.rename('Mushroom', 'mushrooms');
    await engine.stop();
    start();
    expect(await counts()).toEqual({ mushrooms: 10, onion: 8 });
    put(source, 'test/Mushroom/new.png', await picture(900));
    await engine.client.runJob('jobs.index', { dataset });
    expect(await counts()).toEqual({ mushrooms: 11, onion: 8 });
    await engine.stop();
    rmSync(join(home.folder, 'cache'), { recursive: true });
    start();
    await open();
    expect(await counts()).toEqual({ mushrooms: 11, onion: 8 });
  });

  it('ends with the decisions: an index that outlives them has the classes of the folder again', async () => {
    await call.rename('Mushroom', 'mushrooms');
    await engine.stop();
    rmSync(join(home.folder, 'data'), { recursive: true });
    start();
    ({ dataset } = await engine.client.call('dataset.open', { root: source }));
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 8 });
  });

  it('keeps confirmed labels confirmed, and takes relabelled images along', async () => {
    const [first] = await images(['Mushroom']);
    await engine.client.call('review.act', {
      dataset,
      acts: [{ image: first!.id, kind: 'keep', label: null }],
      queue: null,
      note: null,
    });
    await relabel('test/onion/0.png', 'Mushroom');
    await call.rename('Mushroom', 'mushrooms');
    const { items } = await engine.client.call('review.queue', {
      dataset,
      filter: {},
      undecidedOnly: false,
      offset: 0,
      limit: 100,
    });
    const decided = items.flatMap(({ card, decision }) =>
      decision ? [`${card.path} ${decision.verdict} ${decision.label ?? ''}`] : [],
    );
    expect(decided).toEqual(['test/Mushroom/0.png keep mushrooms', 'test/onion/0.png relabel mushrooms']);
    expect((await engine.client.call('review.state', { dataset })).stale).toBe(0);
    await call.undo();
    const { table } = await engine.client.call('export.plan', { dataset, options });
    expect(table.map(({ className, counts: each }) => [className, ...each])).toEqual([
      ['Mushroom', 0, 5],
      ['mushrooms', 6, 0],
      ['onion', 5, 2],
    ]);
  });
});

describe('a class', () => {
  it('is renamed, also to a name that another class had before', async () => {
    await call.rename('onion', 'leek');
    await call.rename('Mushroom', 'onion');
    expect(await counts()).toEqual({ leek: 8, mushrooms: 6, onion: 4 });
    await call.rename('onion', 'leek');
    expect(await counts()).toEqual({ leek: 12, mushrooms: 6 });
    expect(await renamed()).toEqual([
      { own: 'Mushroom', name: 'leek', images: 4 },
      { own: 'onion', name: 'leek', images: 8 },
    ]);
  });

  it('that only relabelled images have can be renamed too', async () => {
    await relabel('test/onion/0.png', 'shallot');
    await call.rename('shallot', 'scallion');
    const { table } = await engine.client.call('export.plan', { dataset, options });
    expect(table.map(({ className }) => className)).toContain('scallion');
  });

  it('is not renamed if it does not exist or the name is not valid', async () => {
    await expect(call.rename('leek', 'onion')).rejects.toMatchObject({ code: 'not-found' });
    await expect(call.rename('onion', ' ')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(call.rename('onion', 'a\nb')).rejects.toMatchObject({ code: 'bad-request' });
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 8 });
  });

  it('with an empty folder is not missing where a class with its name has images', async () => {
    rmSync(join(source, 'test/Mushroom/0.png'));
    for (const index of [1, 2, 3]) rmSync(join(source, `test/Mushroom/${index}.png`));
    put(source, 'test/mushrooms/0.png', await picture(77));
    await engine.client.runJob('jobs.index', { dataset });
    expect(await counts()).toEqual({ Mushroom: 0, mushrooms: 7, onion: 8 });
    await importText('decision,path,given,label\nclass,,onion,Mushroom\n');
    expect(await counts()).toEqual({ Mushroom: 8, mushrooms: 7 });
  });
});

describe('images that are moved', () => {
  const move = async (paths: readonly string[], label: string) => {
    const all = await images();
    return engine.client.call('review.act', {
      dataset,
      acts: paths.map((path) => ({ image: all.find((one) => one.path === path)!.id, kind: 'move' as const, label })),
      queue: null,
      note: null,
    });
  };
  const two = ['train/onion/0.png', 'test/onion/1.png'];

  it('to a new class count as its images everywhere, in the folder stay where they are, and come back by undo', async () => {
    await move(two, 'shallot');
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 6, shallot: 2 });
    expect((await images(['shallot'])).map(({ path }) => path)).toEqual(['test/onion/1.png', 'train/onion/0.png']);
    expect(await renamed()).toEqual([]);
    await engine.client.runJob('jobs.audit', { dataset });
    expect((await findings()).some((one) => one.startsWith('tiny-class') && one.includes('shallot'))).toBe(true);
    const plan = await engine.client.call('export.plan', { dataset, options });
    expect(plan.table.map(({ className, counts: each }) => [className, ...each])).toContainEqual(['shallot', 1, 1]);
    expect(plan.relabelled).toBe(2);
    await engine.stop();
    rmSync(join(home.folder, 'cache'), { recursive: true });
    start();
    await open();
    expect(await counts()).toMatchObject({ onion: 6, shallot: 2 });
    expect((await call.undo()).images).toHaveLength(2);
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 8 });
  });

  it('stay in the new class if the class that they come from is renamed, and follow its own new name', async () => {
    await move(two, 'shallot');
    await call.rename('onion', 'leek');
    expect(await counts()).toMatchObject({ leek: 6, shallot: 2 });
    await call.rename('shallot', 'scallion');
    expect(await counts()).toMatchObject({ leek: 6, scallion: 2 });
    await call.rename('scallion', 'mushrooms');
    expect(await counts()).toMatchObject({ leek: 6, mushrooms: 8 });
  });

  it('stay there if they are confirmed there, and go back if the decision is removed', async () => {
    await move(two, 'shallot');
    const [one, other] = await images(['shallot']);
    const acts = [
      { image: one!.id, kind: 'keep' as const, label: null },
      { image: other!.id, kind: 'clear' as const, label: null },
    ];
    await engine.client.call('review.act', { dataset, acts, queue: null, note: null });
    expect(await counts()).toMatchObject({ onion: 7, shallot: 1 });
  });

  it('to a class of the folder are relabelled: the counts stay those of the given labels', async () => {
    await move(two, 'mushrooms');
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 8 });
    expect((await engine.client.call('review.state', { dataset })).perVerdict.relabel).toBe(2);
  });

  it.each(['csv', 'json'] as const)('are the same after writing and reading %s', async (format) => {
    await move(two, 'shallot');
    const text = await asExported(format);
    expect(text).toContain('move');
    await call.undo();
    expect(await importText(text, format)).toMatchObject({ applied: 2, newClasses: [] });
    expect(await counts()).toMatchObject({ onion: 6, shallot: 2 });
    expect(await importText(text, format)).toMatchObject({ applied: 0, unchanged: 2 });
  });
});

describe('decisions on classes in a file', () => {
  it.each(['csv', 'json'] as const)('are the same after writing and reading %s', async (format) => {
    await relabel('test/onion/0.png', 'Mushroom');
    await call.rename('Mushroom', 'mushrooms');
    await call.rename('onion', 'Mushroom');
    const text = await asExported(format);
    const before = [await counts(), await renamed()];
    await call.undo();
    await call.undo();
    await call.undo();
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 8 });
    expect(await importText(text, format)).toMatchObject({ applied: 1, classes: 2, problems: { count: 0 } });
    expect([await counts(), await renamed()]).toEqual(before);
    expect(await asExported(format).then((again) => importText(again, format))).toMatchObject({
      applied: 0,
      unchanged: 1,
      classes: 0,
    });
    await call.undo();
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 8 });
  });

  it('can exchange two names', async () => {
    await importText('path,label,decision,given\n,onion,class,mushrooms\n,mushrooms,class,onion\n');
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 8, onion: 6 });
  });

  it('say which rows name a class that is not there or a name that is not valid', async () => {
    const text = 'path,label,decision,given\n,onion,class,leek\n,,class,onion\n,shallot,class,garlic\n';
    expect((await importText(text)).problems.sentences).toEqual([
      '1 row (row 2) should rename the class “onion”, but the new name is not a valid class name.',
      '1 row (row 3) should rename the class “garlic”, which this data set does not have.',
    ]);
    expect(await counts()).toEqual({ Mushroom: 4, mushrooms: 6, onion: 8 });
  });

  it('let a table with the old label of a merged class relabel images', async () => {
    await call.rename('Mushroom', 'mushrooms');
    expect(await importText('path,label\ntest/onion/0.png,Mushroom\n')).toMatchObject({
      applied: 1,
      newClasses: [],
      notes: ['1 row (row 1, “test/onion/0.png”) has the label “Mushroom”, which is read as “mushrooms”.'],
    });
  });
});

describe('numbered classes that a file names', () => {
  it('get their names in one step, which is undone in one step', async () => {
    const set = join(home.folder, 'numbered');
    let seed = 100;
    for (const at of [0, 1, 2]) for (const name of ['x', 'y']) put(set, `${at}/${name}.png`, await picture(seed++));
    put(set, 'labels.txt', Buffer.from('cat\ndog\nhorse\n'));
    ({ dataset } = await engine.client.call('dataset.open', { root: set }));
    await engine.client.runJob('jobs.index', { dataset });
    expect(await engine.client.call('review.nameClasses', { dataset })).toMatchObject({ classes: 3 });
    expect(await counts()).toEqual({ cat: 2, dog: 2, horse: 2 });
    expect(await engine.client.call('review.nameClasses', { dataset })).toEqual({ classes: 0, batch: null });
    await call.undo();
    expect(await counts()).toEqual({ '0': 2, '1': 2, '2': 2 });
  });

  it('keep a number where two would get the same name', async () => {
    const set = join(home.folder, 'doubled');
    let seed = 200;
    for (const at of [0, 1, 2]) for (const name of ['x', 'y']) put(set, `${at}/${name}.png`, await picture(seed++));
    put(set, 'classes.txt', Buffer.from('crane\ncrane\nhorse\n'));
    ({ dataset } = await engine.client.call('dataset.open', { root: set }));
    await engine.client.runJob('jobs.index', { dataset });
    await engine.client.call('review.nameClasses', { dataset });
    expect(await counts()).toEqual({ '0': 2, '1': 2, horse: 2 });
  });

  it('are refused where no file names them', async () => {
    await expect(engine.client.call('review.nameClasses', { dataset })).rejects.toMatchObject({ code: 'not-found' });
  });
});
