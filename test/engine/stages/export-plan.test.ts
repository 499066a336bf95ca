import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../../src/contract/model/export';
import { exportDataset, planSummary } from '../../../src/engine/stages/export';
import { act } from '../../../src/engine/stages/review';
import { newSplit as options } from '../../unit/core/exports/samples';
import { indexed, picture, put, putClasses, quiet, scratch, type Indexed } from '../support/indexed';

let home: ReturnType<typeof scratch>;
let source: string;
let opened: Indexed[];

beforeEach(() => {
  home = scratch();
  source = join(home.folder, 'source');
  opened = [];
});
afterEach(() => {
  for (const each of opened) each.close();
  home.remove();
});

async function index(): Promise<Indexed> {
  const each = await indexed(source, home.folder);
  opened.push(each);
  return each;
}

describe('the preview of an export', () => {
  it('equals the export that follows', async () => {
    await putClasses(source, { cat: 30, dog: 10 });
    const each = await index();
    const summary = await planSummary(each.catalog, options);
    const out = join(home.folder, 'out');
    const result = await exportDataset(each.catalog, { options, folder: out, version: '1.2.3' }, quiet);
    expect(result).toMatchObject(summary);
    for (const { folder, counts } of summary.table) {
      expect(summary.splits.map((split) => readdirSync(join(out, split, folder)).length)).toEqual(counts);
    }
  });

  it('follows each decision, a change of the folder and the options', async () => {
    await putClasses(source, { cat: 3, dog: 3 });
    const each = await index();
    const count = (more: Partial<ExportOptions> = {}) => planSummary(each.catalog, { ...options, ...more });
    expect(await count()).toMatchObject({ images: 6, relabelled: 0 });
    const about = { queue: null, note: null, source: null, at: 1 };
    act(each.catalog, [{ image: each.id('cat/0.png'), kind: 'relabel', label: 'dog' }], about);
    expect(await count()).toMatchObject({ images: 6, relabelled: 1 });
    act(each.catalog, [{ image: each.id('cat/0.png'), kind: 'exclude', label: null }], about);
    expect(await count()).toMatchObject({ images: 5, relabelled: 0 });
    const mended = await count({ split: { kind: 'mended', home: 'train' } });
    expect(mended.problems).not.toEqual((await count()).problems);
    each.close();
    opened = [];
    put(source, 'cat/new.png', await picture(77));
    const again = await index();
    expect(await planSummary(again.catalog, options)).toMatchObject({ images: 6 });
  });
});
