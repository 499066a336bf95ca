import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../../src/contract/model/export';
import type { Act } from '../../../src/contract/model/review';
import { localEngine } from '../../../src/engine/app/local-engine';
import { replaceFindings } from '../../../src/engine/catalog/findings';
import { keepResult } from '../../../src/engine/catalog/kept';
import { indexed, putClasses, scratch } from '../support/indexed';
import { plainFinding } from '../support/plain-finding';

let home: ReturnType<typeof scratch>;
let source: string;
let engine: ReturnType<typeof localEngine>;
let dataset: string;

beforeEach(() => {
  home = scratch();
  source = join(home.folder, 'source');
});
afterEach(async () => {
  await engine.stop();
  home.remove();
});

describe('what is left to decide', () => {
  const options: ExportOptions = {
    split: { kind: 'new', shares: [{ name: 'train', share: 100 }], seed: '1' },
    mode: 'copy',
    drop: [],
    convert: false,
    huggingFace: false,
  };

  it('is one number in findings, checklist, review and export, after each decision at once', async () => {
    await putClasses(source, { cat: 6, dog: 3 });
    const each = await indexed(source, home.folder);
    const ids = [0, 1, 2].map((n) => each.id(`cat/${n}.png`));
    const groups = [
      ['cat/3.png', 'cat/4.png'],
      ['dog/0.png', 'dog/1.png'],
      ['cat/5.png', 'dog/2.png'],
    ].map((paths) => ({
      members: paths.map((path) => each.id(path)),
      relations: [null, 'near' as const],
      similarities: [1, 0.98],
    }));
    replaceFindings(each.catalog, [
      {
        ...plainFinding,
        key: 'label-error',
        check: 'label-error',
        scope: 'image',
        title: '3 labels of 9 look wrong.',
        images: ids.map((id) => ({ id, value: 0.9 })),
        groups: [],
      },
      {
        ...plainFinding,
        key: 'near-duplicate',
        check: 'near-duplicate',
        scope: 'group',
        title: '3 groups.',
        images: groups.flatMap(({ members }) => members.map((id) => ({ id, value: 1 }))),
        groups,
      },
    ]);
    keepResult(each.catalog, 'duplicate-groups', '', { near: [] });
    const idOf = new Map([...Array(6).keys()].map((n) => [`cat/${n}.png`, each.id(`cat/${n}.png`)]));
    each.close();
    engine = localEngine({ cache: join(home.folder, 'cache'), data: join(home.folder, 'data') });
    dataset = each.catalog.id;
    await engine.client.call('dataset.open', { root: source });
    const act = (path: string, kind: Act['kind'], label: string | null = null, queue: string | null = null) =>
      engine.client.call('review.act', {
        dataset,
        acts: [{ image: idOf.get(path)!, kind, label }],
        queue,
        note: null,
      });
    const places = async () => {
      const findings = await engine.client.call('findings.list', { dataset });
      const plan = await engine.client.call('export.plan', { dataset, options });
      const of = (key: string) => findings.find((one) => one.key === key)!;
      const stats = await engine.client.call('review.stats', { dataset, filter: { finding: 'near-duplicate' } });
      return {
        title: of('label-error').title,
        images: of('label-error').progress?.left,
        groups: of('near-duplicate').progress?.left,
        grouped: stats.groups,
        exported: Object.fromEntries(plan.unreviewed.map(({ check, count }) => [check, count])),
        checklist: (await engine.client.call('checklist.get', { dataset }))[0]!.evidence.map((one) => one.sentence),
      };
    };
    expect((await places()).title).toBe('3 labels of 9 look wrong.');
    await act('cat/0.png', 'keep', null, 'label-error');
    await act('cat/4.png', 'exclude');
    const title = '3 labels of 9 look wrong. 1 of 3 is decided, 2 are left.';
    // The group with two labels is the subject of another finding: leaving out a copy would not settle it.
    expect(await places()).toEqual({
      title,
      images: 2,
      groups: 1,
      grouped: { total: 2, settled: 1 },
      exported: { 'label-error': 2, 'near-duplicate': 1 },
      checklist: [title, '3 groups. 1 of 2 groups is decided, 1 is left.'],
    });
    await act('cat/1.png', 'unsure', null, 'label-error');
    expect(await places()).toMatchObject({ images: 2, exported: { 'label-error': 2 } });
    for (const n of [1, 2]) await act(`cat/${n}.png`, 'relabel', 'dog', 'label-error');
    const settled = await places();
    expect(settled).toMatchObject({
      title: '3 labels of 9 look wrong. All 3 are decided.',
      images: 0,
      exported: { 'near-duplicate': 1 },
    });
  });
});
