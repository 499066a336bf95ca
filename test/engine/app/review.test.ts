import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Act } from '../../../src/contract/model/review';
import { replaceFindings } from '../../../src/engine/catalog/findings';
import { localEngine } from '../../../src/engine/app/local-engine';
import { fingerprint, indexed, picture, put, putClasses, scratch } from '../support/indexed';
import { startEngine } from '../support/killable';
import { plainFinding } from '../support/plain-finding';

let home: ReturnType<typeof scratch>;
let source: string;
let engine: ReturnType<typeof localEngine>;
let dataset: string;

const start = () => (engine = localEngine({ cache: join(home.folder, 'cache'), data: join(home.folder, 'data') }));
async function open(): Promise<void> {
  start();
  ({ dataset } = await engine.client.call('dataset.open', { root: source }));
  await engine.client.runJob('jobs.index', { dataset });
}
const anything = { filter: {}, undecidedOnly: false, offset: 0, limit: 1000 };
async function queue(more: Partial<typeof anything> & { filter?: object } = {}) {
  const { items } = await engine.client.call('review.queue', { dataset, ...anything, ...more });
  return items;
}
const idOf = async (path: string) => (await queue()).find((item) => item.card.path === path)!.card.id;
const act = async (path: string, kind: Act['kind'], label: string | null = null, finding: string | null = null) =>
  engine.client.call('review.act', {
    dataset,
    acts: [{ image: await idOf(path), kind, label }],
    queue: finding,
    note: null,
  });
const decided = async () =>
  Object.fromEntries(
    (await queue()).flatMap(({ card, decision }) =>
      decision === null
        ? []
        : [[card.path, decision.label === null ? decision.verdict : `${decision.verdict} ${decision.label}`]],
    ),
  );

beforeEach(() => {
  home = scratch();
  source = join(home.folder, 'source');
});
afterEach(async () => {
  await engine.stop();
  home.remove();
});

describe('a review', () => {
  beforeEach(async () => {
    await putClasses(source, { cat: 4, dog: 2 });
    await open();
  });

  it('keeps decisions over restarts, and can undo and redo them afterwards', async () => {
    await act('cat/0.png', 'keep');
    await act('cat/1.png', 'relabel', 'dog');
    await act('cat/2.png', 'exclude');
    await engine.stop();
    start();
    expect(await decided()).toEqual({ 'cat/0.png': 'keep cat', 'cat/1.png': 'relabel dog', 'cat/2.png': 'exclude' });
    expect(await engine.client.call('review.undo', { dataset })).toEqual({ images: [await idOf('cat/2.png')] });
    await engine.client.call('review.undo', { dataset });
    expect(await decided()).toEqual({ 'cat/0.png': 'keep cat' });
    await engine.stop();
    start();
    await engine.client.call('review.redo', { dataset });
    expect(await decided()).toEqual({ 'cat/0.png': 'keep cat', 'cat/1.png': 'relabel dog' });
    expect(await engine.client.call('review.state', { dataset })).toEqual({
      decisions: 2,
      perVerdict: { keep: 1, relabel: 1, exclude: 0, unsure: 0 },
      stale: 0,
      undoable: true,
      undoableAt: expect.any(Number) as number,
      redoable: true,
      classes: [],
    });
  });

  it('undoes a multiple selection in one step', async () => {
    const acts = (await queue()).map(({ card }): Act => ({ image: card.id, kind: 'exclude', label: null }));
    expect(await engine.client.call('review.act', { dataset, acts, queue: null, note: 'all' })).toMatchObject({
      acts: 6,
    });
    expect((await engine.client.call('review.undo', { dataset })).images).toHaveLength(6);
    expect(await decided()).toEqual({});
    expect(await engine.client.call('review.undo', { dataset })).toEqual({ images: [] });
  });

  it('tells its history, the newest step first, with the steps that were undone', async () => {
    const acts = (await queue()).map(({ card }): Act => ({ image: card.id, kind: 'exclude', label: null }));
    await engine.client.call('review.act', { dataset, acts, queue: null, note: 'all', source: 'map' });
    await act('cat/0.png', 'relabel', 'dog');
    await act('cat/1.png', 'keep');
    await engine.client.call('review.undo', { dataset });
    const { steps, more } = await engine.client.call('review.history', { dataset, limit: 2 });
    expect(steps).toMatchObject([
      { images: 1, path: 'cat/1.png', label: null, kinds: [{ kind: 'keep', count: 1 }], undone: true },
      { images: 1, path: 'cat/0.png', label: 'dog', kinds: [{ kind: 'relabel', count: 1 }], undone: false },
    ]);
    expect(more).toBe(true);
    expect((await engine.client.call('review.history', { dataset, limit: 10 })).steps[2]).toMatchObject({
      images: 6,
      path: null,
      note: 'all',
      source: 'map',
      undone: false,
    });
    expect(steps[0]!.source).toBeNull();
  });

  it('lists undecided images, and notifies every client of each decision', async () => {
    const heard: string[] = [];
    engine.client.on('review-changed', (event) => heard.push(event.dataset));
    await act('cat/0.png', 'unsure');
    expect(await engine.client.call('review.queue', { dataset, ...anything, undecidedOnly: true })).toMatchObject({
      total: 5,
    });
    expect(await queue({ filter: { classes: ['dog'] } })).toHaveLength(2);
    expect(heard).toEqual([dataset]);
  });

  it('keeps the decisions on moved files, and drops them if the content changed', async () => {
    await act('cat/0.png', 'exclude');
    await act('cat/1.png', 'keep');
    mkdirSync(join(source, 'dog', 'deeper'), { recursive: true });
    renameSync(join(source, 'cat/0.png'), join(source, 'dog/moved.png'));
    put(source, 'cat/1.png', await picture(500));
    await engine.client.runJob('jobs.index', { dataset });
    expect(await decided()).toEqual({ 'dog/moved.png': 'exclude' });
    expect((await engine.client.call('review.state', { dataset })).stale).toBe(1);
  });

  it('survives the deletion of the index', async () => {
    await act('cat/0.png', 'relabel', 'dog');
    await engine.stop();
    rmSync(join(home.folder, 'cache'), { recursive: true });
    await open();
    expect(await decided()).toEqual({ 'cat/0.png': 'relabel dog' });
  });

  it('is exported as CSV and JSON and imported again, also into another copy of the folder', async () => {
    await act('cat/0.png', 'relabel', 'dog');
    await act('cat/1.png', 'keep');
    await act('dog/0.png', 'exclude');
    const before = await decided();
    for (const format of ['csv', 'json'] as const) {
      const { text } = await engine.client.call('review.export', { dataset, format });
      await engine.client.call('review.import', {
        dataset,
        text: 'path,decision\ncat/0.png,clear\ncat/1.png,clear\ndog/0.png,clear\n',
        format: 'csv',
        newClasses: false,
      });
      expect(await decided()).toEqual({});
      expect(await engine.client.call('review.import', { dataset, text, format, newClasses: false })).toEqual({
        applied: 3,
        classes: 0,
        remarks: { images: 0, replaced: 0 },
        unchanged: 0,
        unmatched: { count: 0, paths: [] },
        newClasses: [],
        problems: { count: 0, sentences: [] },
        notes: [],
      });
      expect(await decided()).toEqual(before);
      expect(await engine.client.call('review.import', { dataset, text, format, newClasses: false })).toMatchObject({
        applied: 0,
        unchanged: 3,
      });
    }
  });

  it.each([
    ['csv', 'a,b\n1,2\n'],
    ['csv', '\0\0'],
    ['json', '{'],
    ['json', '[1]'],
    ['json', '{"a":1}'],
  ] as const)('refuses an invalid %s file: %j', async (format, text) => {
    await expect(
      engine.client.call('review.import', { dataset, text, format, newClasses: false }),
    ).rejects.toMatchObject({ code: 'bad-table' });
    expect(await decided()).toEqual({});
  });

  it('refuses invalid acts', async () => {
    const image = await idOf('cat/0.png');
    const send = (acts: Act[]) => engine.client.call('review.act', { dataset, acts, queue: null, note: null });
    await expect(send([{ image, kind: 'relabel', label: null }])).rejects.toMatchObject({ code: 'bad-request' });
    await expect(send([{ image, kind: 'keep', label: 'dog' }])).rejects.toMatchObject({ code: 'bad-request' });
    await expect(send([{ image, kind: 'relabel', label: ' ' }])).rejects.toMatchObject({ code: 'bad-request' });
    await expect(send([{ image: 987_654, kind: 'keep', label: null }])).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a queue of a finding', () => {
  it('is sorted worst first, measures the precision of the flags, and keeps one image per group', async () => {
    await putClasses(source, { cat: 6, dog: 2 });
    const each = await indexed(source, home.folder);
    const ids = [0, 1, 2, 3].map((index) => each.id(`cat/${index}.png`));
    const copies = [0, 1, 2, 4].map((index) => each.id(`cat/${index}.png`));
    replaceFindings(each.catalog, [
      {
        ...plainFinding,
        key: 'label-error',
        check: 'label-error',
        scope: 'image',
        images: ids.map((id, index) => ({ id, value: 1 - index / 10 })).reverse(),
        groups: [],
      },
      {
        ...plainFinding,
        key: 'exact-duplicate',
        check: 'exact-duplicate',
        scope: 'group',
        images: copies.map((id) => ({ id, value: null })),
        groups: [{ members: copies, relations: copies.map(() => null), similarities: copies.map(() => 1) }],
      },
    ]);
    each.close();
    start();
    dataset = each.catalog.id;
    await engine.client.call('dataset.open', { root: source });
    const filter = { finding: 'label-error' };
    expect((await queue({ filter })).map(({ card }) => [card.path, card.value])).toEqual([
      ['cat/3.png', 0.7],
      ['cat/2.png', 0.8],
      ['cat/1.png', 0.9],
      ['cat/0.png', 1],
    ]);
    await act('cat/3.png', 'relabel', 'dog', 'label-error');
    await act('cat/2.png', 'keep', null, 'label-error');
    expect(await engine.client.call('review.stats', { dataset, filter })).toMatchObject({
      total: 4,
      decided: 2,
      left: 2,
      confirmed: 1,
      rejected: 1,
      precision: { value: 0.5 },
      advice: { stop: false },
    });
    const grouped = () => engine.client.call('review.stats', { dataset, filter: { finding: 'exact-duplicate' } });
    expect(await grouped()).toMatchObject({ total: 4, decided: 1, groups: { total: 1, settled: 0 } });
    expect(
      await engine.client.call('review.keepOnePerGroup', { dataset, finding: 'exact-duplicate', keepers: [ids[1]!] }),
    ).toEqual({ groups: 1, excluded: 3, left: 0 });
    expect(await grouped()).toMatchObject({ groups: { total: 1, settled: 1 } });
    expect(await decided()).toEqual({
      'cat/0.png': 'exclude',
      'cat/2.png': 'exclude',
      'cat/3.png': 'relabel dog',
      'cat/4.png': 'exclude',
    });
    await engine.client.call('review.undo', { dataset });
    expect(await decided()).toEqual({ 'cat/3.png': 'relabel dog', 'cat/2.png': 'keep cat' });
    await engine.stop();
    // An audit that respects the decision "label is right" does not raise the flag again. It still counts as a false
    // one.
    const again = await indexed(source, home.folder);
    again.catalog.db.prepare('DELETE FROM finding_images WHERE image = ?').run(ids[2]!);
    again.close();
    start();
    expect(await engine.client.call('review.stats', { dataset, filter })).toMatchObject({
      total: 3,
      decided: 1,
      left: 2,
      earlier: 1,
      confirmed: 1,
      rejected: 1,
    });
  });
});

describe('keeping one of each group', () => {
  it('leaves groups with different labels to the user until their labels agree', async () => {
    await putClasses(source, { cat: 4, dog: 2 });
    const each = await indexed(source, home.folder);
    const groups = [
      ['cat/0.png', 'dog/0.png'],
      ['cat/1.png', 'cat/2.png'],
      ['cat/3.png', 'dog/1.png'],
    ].map((paths) => ({
      members: paths.map((path) => each.id(path)),
      relations: [null, 'near' as const],
      similarities: [1, 0.98],
    }));
    replaceFindings(each.catalog, [
      {
        ...plainFinding,
        key: 'near-duplicate',
        check: 'near-duplicate',
        scope: 'group',
        images: groups.flatMap(({ members }) => members.map((id) => ({ id, value: 1 }))),
        groups,
      },
    ]);
    each.close();
    start();
    dataset = each.catalog.id;
    await engine.client.call('dataset.open', { root: source });
    const keep = () =>
      engine.client.call('review.keepOnePerGroup', { dataset, finding: 'near-duplicate', keepers: [] });
    expect(await keep()).toEqual({ groups: 1, excluded: 1, left: 2 });
    expect(Object.values(await decided())).toEqual(['exclude']);
    await act('dog/0.png', 'relabel', 'cat');
    expect(await keep()).toEqual({ groups: 1, excluded: 1, left: 1 });
    expect(await decided()).toMatchObject({ 'cat/0.png': 'exclude', 'dog/0.png': 'relabel cat' });
  });
});

describe('a review in a killed engine', () => {
  it('loses no decision that was confirmed', async () => {
    await putClasses(source, { cat: 40, dog: 20 });
    await open();
    const ids = (await queue()).map(({ card }) => card.id);
    const before = fingerprint(source);
    const answered: number[] = [];
    // Killed a few milliseconds after this number of answers: after a fixed time, a slow machine might have answered
    // none.
    for (const [answers, delay] of [
      [2, 1],
      [8, 5],
      [20, 12],
    ] as const) {
      const victim = startEngine(home.folder);
      await victim.client.call('dataset.open', { root: source });
      let killing: Promise<void> | null = null;
      try {
        for (;;) {
          if (answered.length >= answers)
            killing ??= new Promise((resolve) => setTimeout(resolve, delay)).then(() => victim.kill());
          const image = ids[answered.length % ids.length]!;
          await victim.client.call('review.act', {
            dataset,
            acts: [{ image, kind: answered.length < ids.length ? 'exclude' : 'keep', label: null }],
            queue: null,
            note: String(answered.length),
          });
          answered.push(image);
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'engine-exited' });
      }
      await killing;
    }
    expect(answered.length).toBeGreaterThanOrEqual(20);
    const found = new Set((await queue()).filter(({ decision }) => decision !== null).map(({ card }) => card.id));
    for (const image of answered) expect(found.has(image)).toBe(true);
    expect(fingerprint(source)).toEqual(before);
    expect(existsSync(join(home.folder, 'data', 'datasets', dataset, 'decisions.sqlite'))).toBe(true);
    expect(readFileSync(join(home.folder, 'data', 'datasets', dataset, 'decisions.sqlite')).length).toBeGreaterThan(0);
  });
});
