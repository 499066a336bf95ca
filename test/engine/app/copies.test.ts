/** The groups of copies under review, as a window asks for them. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Act } from '../../../src/contract/model/review';
import { localEngine } from '../../../src/engine/app/local-engine';
import { replaceFindings } from '../../../src/engine/catalog/findings';
import { indexed, putClasses, scratch } from '../support/indexed';
import { plainFinding } from '../support/plain-finding';

let home: ReturnType<typeof scratch>;
let engine: ReturnType<typeof localEngine>;
let dataset: string;

const queue = async () =>
  (await engine.client.call('review.queue', { dataset, filter: {}, undecidedOnly: false, offset: 0, limit: 1000 }))
    .items;
const idOf = async (path: string) => (await queue()).find(({ card }) => card.path === path)!.card.id;
const act = async (path: string, kind: Act['kind'], label: string | null = null) =>
  engine.client.call('review.act', {
    dataset,
    acts: [{ image: await idOf(path), kind, label }],
    queue: null,
    note: null,
  });
const decided = async () =>
  Object.fromEntries(
    (await queue()).flatMap(({ card, decision }) => (decision === null ? [] : [[card.path, decision.verdict]])),
  );

beforeEach(() => {
  home = scratch();
});
afterEach(async () => {
  await engine.stop();
  home.remove();
});

describe('a group of copies', () => {
  const finding = 'near-duplicate';
  let group: number;
  let ids: number[];
  beforeEach(async () => {
    const source = join(home.folder, 'source');
    await putClasses(source, { cat: 5, dog: 1 });
    const each = await indexed(source, home.folder);
    ids = [4, 2, 0, 3, 1].map((n) => each.id(`cat/${n}.png`));
    replaceFindings(each.catalog, [
      {
        ...plainFinding,
        key: finding,
        check: finding,
        scope: 'group',
        groups: [
          {
            members: ids,
            relations: [null, 'same-bytes', 'near', 'near', 'mirrored'],
            similarities: [1, 1, 0.9, 0.8, 0.7],
          },
        ],
      },
    ]);
    each.close();
    engine = localEngine({ cache: join(home.folder, 'cache'), data: join(home.folder, 'data') });
    dataset = each.catalog.id;
    await engine.client.call('dataset.open', { root: source });
    group = (await first()).id;
  });
  const first = async (members = 2) =>
    (await engine.client.call('findings.groups', { dataset, finding, offset: 0, limit: 20, members })).groups[0]!;
  const keepOnly = (image: number) => engine.client.call('review.keepOnly', { dataset, finding, group, image });

  it('comes with its first members, the one that stays, and what holds for all of them', async () => {
    const one = await first();
    expect(one).toMatchObject({ size: 5, present: 5, partable: 4, classes: ['cat'] });
    expect(one.members.map(({ place, card }) => [place, card.id])).toEqual([
      [0, ids[0]],
      [1, ids[1]],
    ]);
    const all = await first(100);
    expect(one.keeper).toEqual(all.members.find(({ card }) => card.id === one.keeper!.card.id));
  });

  it('gives its other members in parts, with the same places', async () => {
    const { members: all } = await first(100);
    const some = async (offset: number, limit: number) =>
      (await engine.client.call('findings.members', { dataset, finding, group, offset, limit })).members;
    expect([...(await some(0, 2)), ...(await some(2, 2)), ...(await some(4, 2))]).toEqual(all);
    expect(await engine.client.call('findings.groupImages', { dataset, finding, group })).toEqual({
      images: [ids[2], ids[4], ids[1], ids[3], ids[0]],
    });
    await expect(
      engine.client.call('findings.members', { dataset, finding: 'other', group, offset: 0, limit: 2 }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is left with one image, also one that was excluded, in one step', async () => {
    await act('cat/3.png', 'exclude');
    expect(await first()).toMatchObject({ present: 4 });
    expect(await keepOnly(ids[3]!)).toEqual({ acts: 5 });
    expect(await decided()).toEqual(
      Object.fromEntries(['cat/0.png', 'cat/1.png', 'cat/2.png', 'cat/4.png'].map((path) => [path, 'exclude'])),
    );
    expect(await first()).toMatchObject({ present: 1, keeper: { place: 3 } });
    expect(await keepOnly(ids[3]!)).toEqual({ acts: 0 });
    await engine.client.call('review.undo', { dataset });
    expect(await decided()).toEqual({ 'cat/3.png': 'exclude' });
    await expect(keepOnly(await idOf('dog/0.png'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('has no image that stays while its labels differ, or when all are excluded', async () => {
    await act('cat/2.png', 'relabel', 'dog');
    expect((await first()).keeper).toBeNull();
    await act('cat/2.png', 'exclude');
    expect((await first()).keeper).not.toBeNull();
    for (const n of [0, 1, 3, 4]) await act(`cat/${n}.png`, 'exclude');
    expect(await first()).toMatchObject({ present: 0, keeper: null });
  });
});
