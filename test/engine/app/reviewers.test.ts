import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DISAGREEMENTS } from '../../../src/contract/model/agreement';
import type { ExportOptions } from '../../../src/contract/model/export';
import type { Act } from '../../../src/contract/model/review';
import { localEngine } from '../../../src/engine/app/local-engine';
import { putClasses, scratch } from '../support/indexed';

let home: ReturnType<typeof scratch>;
let engine: ReturnType<typeof localEngine>;
let dataset: string;
let ids: Map<string, number>;

beforeEach(async () => {
  home = scratch();
  const root = join(home.folder, 'source');
  await putClasses(root, { cat: 4, dog: 2 });
  engine = localEngine({ cache: join(home.folder, 'cache'), data: join(home.folder, 'data') });
  ({ dataset } = await engine.client.call('dataset.open', { root }));
  await engine.client.runJob('jobs.index', { dataset });
  const page = { dataset, filter: {}, undecidedOnly: false, offset: 0, limit: 100 };
  const { items } = await engine.client.call('review.queue', page);
  ids = new Map(items.map(({ card }) => [card.path, card.id]));
});
afterEach(async () => {
  await engine.stop();
  home.remove();
});

const act = (path: string, kind: Act['kind'], label: string | null = null, queue: string | null = null) =>
  engine.client.call('review.act', { dataset, acts: [{ image: ids.get(path)!, kind, label }], queue, note: null });
const take = (text: string, reviewer?: string) =>
  engine.client.call('review.import', {
    dataset,
    text,
    format: 'csv',
    newClasses: false,
    ...(reviewer !== undefined && { reviewer }),
  });
const agreement = () => engine.client.call('review.agreement', { dataset });
const disputed = async () => {
  const filter = { disagreements: true } as const;
  const page = { dataset, filter, undecidedOnly: false, offset: 0, limit: 100 };
  const { items } = await engine.client.call('review.queue', page);
  return items.map(({ card, others }) => [card.path, others]);
};
const ANNA = 'path,decision,label\ncat/0.png,keep,\ncat/1.png,relabel,dog\ncat/2.png,exclude,\ndog/0.png,unsure,\n';

describe('the decisions of another reviewer', () => {
  it('are kept apart from those of the user, and are compared with them', async () => {
    await act('cat/0.png', 'keep');
    await act('cat/1.png', 'keep');
    await act('dog/0.png', 'exclude');
    const before = (await engine.client.call('review.export', { dataset, format: 'csv' })).text;
    expect(await take(ANNA, 'Anna')).toMatchObject({ applied: 4, unchanged: 0, problems: { count: 0 } });
    expect((await engine.client.call('review.export', { dataset, format: 'csv' })).text).toBe(before);
    expect(await agreement()).toMatchObject({
      open: 1,
      reviewers: [{ reviewer: 'Anna', decisions: 4, both: 2, agreed: 1, unsure: 1, kappa: null, open: 1 }],
    });
    expect(await disputed()).toEqual([['cat/1.png', [{ reviewer: 'Anna', verdict: 'relabel', label: 'dog' }]]]);
  });

  it('come from an export of this product by the same matcher', async () => {
    await act('cat/1.png', 'relabel', 'dog');
    await act('cat/2.png', 'keep');
    const { text } = await engine.client.call('review.export', { dataset, format: 'csv' });
    await act('cat/2.png', 'exclude');
    await take(text, 'Anna');
    expect((await agreement()).reviewers).toMatchObject([{ both: 2, agreed: 1 }]);
    expect((await disputed()).map(([path]) => path)).toEqual(['cat/2.png']);
  });

  it('are settled by a decision of the user, which undo takes back', async () => {
    await act('cat/1.png', 'keep');
    await take(ANNA, 'Anna');
    await act('cat/1.png', 'keep', null, DISAGREEMENTS);
    expect(await agreement()).toMatchObject({ open: 0, reviewers: [{ both: 1, agreed: 0, open: 0 }] });
    await engine.client.call('review.undo', { dataset });
    expect((await agreement()).open).toBe(1);
    await act('cat/1.png', 'relabel', 'dog', DISAGREEMENTS);
    expect(await agreement()).toMatchObject({ open: 0, reviewers: [{ both: 1, agreed: 0 }] });
    expect(await take(ANNA, 'Anna')).toMatchObject({ applied: 0, unchanged: 4 });
    expect((await agreement()).open).toBe(0);
  });

  it('are replaced by the next import of the same name, and can be deleted', async () => {
    await act('cat/0.png', 'exclude');
    await take(ANNA, 'Anna');
    await take('path,decision\ncat/0.png,exclude\n', 'Ben');
    const again = await take('path,decision\ncat/0.png,exclude\n', 'Anna');
    expect(again.notes.join(' ')).toContain('3 earlier decisions of “Anna” are not in this file and were removed.');
    expect((await agreement()).reviewers).toMatchObject([
      { reviewer: 'Anna', decisions: 1, agreed: 1 },
      { reviewer: 'Ben', decisions: 1, agreed: 1 },
    ]);
    await engine.client.call('review.forgetReviewer', { dataset, reviewer: 'Anna' });
    expect((await agreement()).reviewers.map(({ reviewer }) => reviewer)).toEqual(['Ben']);
    await expect(engine.client.call('review.forgetReviewer', { dataset, reviewer: 'Anna' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('come back as they were if the deletion is undone, but not over those of a later import', async () => {
    const { client } = engine;
    const restore = (reviewer: string) => client.call('review.restoreReviewer', { dataset, reviewer });
    await act('cat/1.png', 'keep');
    await take(ANNA, 'Anna');
    await act('cat/1.png', 'keep', null, DISAGREEMENTS);
    const before = await agreement();
    expect(before).toMatchObject({ open: 0, reviewers: [{ reviewer: 'Anna', decisions: 4 }] });
    expect(await restore('Anna')).toEqual({ restored: false });
    await client.call('review.forgetReviewer', { dataset, reviewer: 'Anna' });
    expect((await agreement()).reviewers).toEqual([]);
    expect(await restore('Ben')).toEqual({ restored: false });
    expect(await restore('Anna')).toEqual({ restored: true });
    expect(await agreement()).toEqual(before);
    await client.call('review.forgetReviewer', { dataset, reviewer: 'Anna' });
    await take('path,decision\ncat/0.png,exclude\n', 'Anna');
    expect(await restore('Anna')).toEqual({ restored: false });
    expect((await agreement()).reviewers).toMatchObject([{ reviewer: 'Anna', decisions: 1 }]);
  });

  it('stay as they are if no row of a file can be used', async () => {
    await take(ANNA, 'Anna');
    expect(await take('path,decision\nnowhere.png,keep\n', 'Anna')).toMatchObject({
      applied: 0,
      unmatched: { count: 1 },
    });
    expect((await agreement()).reviewers).toMatchObject([{ decisions: 4 }]);
  });

  it('are in the report, and an export says that it does not use them', async () => {
    await act('cat/1.png', 'keep');
    await take(ANNA, 'Anna');
    const report = await engine.client.call('report.get', { dataset, timings: {} });
    expect(report.review?.reviewers).toMatchObject([{ reviewer: 'Anna', open: 1 }]);
    const { html } = await engine.client.call('report.html', { dataset, timings: {} });
    expect(html).toContain('Agreement with Anna');
    const folder = join(home.folder, 'out');
    mkdirSync(folder);
    const { target } = await engine.client.call('export.target', { dataset, path: folder });
    const options: ExportOptions = {
      split: { kind: 'new', shares: [{ name: 'train', share: 1 }], seed: '1' },
      mode: 'copy',
      drop: [],
      convert: false,
      huggingFace: false,
    };
    const result = await engine.client.runJob('jobs.export', { dataset, target, options });
    expect(result.notices.join(' ')).toContain('You and “Anna” disagree on 1 image. The export uses your decisions.');
    expect(result.relabelled).toBe(0);
    expect(readFileSync(join(folder, 'decisions.csv'), 'utf8')).not.toContain('relabel');
  });
});
