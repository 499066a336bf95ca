import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../../src/contract/model/job';
import { MEASURE_VERSION } from '../../../src/core/images/measure';
import { closeCatalog, openCatalog, type Catalog } from '../../../src/engine/catalog/catalog';
import { rememberChosenLayout } from '../../../src/engine/catalog/dataset';
import { getThumbnail, listImages } from '../../../src/engine/catalog/images';
import { raster } from '../../../src/engine/catalog/findings';
import { summaryOf } from '../../../src/engine/catalog/summary';
import { encodePicture } from '../../../src/engine/images/pixels';
import { datasetIdOf } from '../../../src/engine/files/dataset-id';
import { runIndex } from '../../../src/engine/stages/index-run';
import { scan } from '../../../src/engine/stages/scan';
import { fingerprint, indexed, put, quiet, scratch } from '../support/indexed';
import { corrupted, jpeg, truncated } from '../support/samples';

let box: ReturnType<typeof scratch>;
let home: ReturnType<typeof scratch>;
beforeEach(() => {
  box = scratch();
  home = scratch();
});
afterEach(() => {
  box.remove();
  home.remove();
});

const open = (): Catalog =>
  openCatalog(
    { cache: join(home.folder, 'cache'), data: join(home.folder, 'data') },
    datasetIdOf(box.folder),
    box.folder,
  );
const made = async (): Promise<Catalog> => (await indexed(box.folder, home.folder)).catalog;
const all = (catalog: Catalog) =>
  listImages(catalog, {}, { by: 'path', descending: false }, { offset: 0, limit: 1000 }).items;

async function fill(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) put(box.folder, `${i % 2 ? 'odd' : 'even'}/${i}.jpg`, await jpeg(i));
}

/** Stage → the number of images that it reported. */
async function totals(catalog: Catalog): Promise<Record<string, number | null>> {
  const seen: Record<string, number | null> = {};
  await runIndex(catalog, { ...quiet, progress: ({ stage, total }) => (seen[stage] = total) });
  return seen;
}

describe('an index', () => {
  it('contains facts, thumbnail and raster of every image, and does not change the folder', async () => {
    await fill(5);
    put(box.folder, 'odd/broken.jpg', truncated(await jpeg(9)));
    const before = fingerprint(box.folder);
    const catalog = await made();
    expect(summaryOf(catalog)).toMatchObject({
      images: 5,
      unreadable: 1,
      unreadableReasons: [{ code: 'truncated', count: 1 }],
      formats: [{ name: 'jpeg', count: 5 }],
      incomplete: false,
      classes: [
        { name: 'even', count: 3, unreadable: 0 },
        { name: 'odd', count: 2, unreadable: 1 },
      ],
    });
    for (const { id, unreadable } of all(catalog)) {
      if (unreadable) continue;
      expect(getThumbnail(catalog, id).data.length).toBeGreaterThan(100);
      expect(raster(catalog, id)?.length).toBe(64 * 64 * 3);
    }
    expect(fingerprint(box.folder)).toEqual(before);
    closeCatalog(catalog);
  });

  it('keeps the WebP thumbnails of an older version', async () => {
    await fill(2);
    const catalog = await made();
    const [first, second] = all(catalog).filter(({ unreadable }) => !unreadable);
    const old = await encodePicture(await jpeg(1));
    catalog.db.prepare('UPDATE thumbnails SET data = ? WHERE image = ?').run(old, first!.id);
    expect(await totals(catalog)).toMatchObject({ measure: 0 });
    expect(getThumbnail(catalog, first!.id)).toEqual({ data: old, type: 'image/webp' });
    expect(getThumbnail(catalog, second!.id).type).toBe('image/jpeg');
    closeCatalog(catalog);
  });

  it('reads only new and changed files', async () => {
    await fill(6);
    const catalog = await made();
    expect(await totals(catalog)).toMatchObject({ measure: 0 });
    put(box.folder, 'odd/new.jpg', await jpeg(50));
    writeFileSync(join(box.folder, 'even/0.jpg'), await jpeg(51, 200, 100));
    rmSync(join(box.folder, 'even/2.jpg'));
    utimesSync(join(box.folder, 'odd/1.jpg'), 1, 1);
    expect(await totals(catalog)).toMatchObject({ measure: 3 });
    const cards = all(catalog);
    expect(cards.map(({ path }) => path)).toEqual([
      'even/0.jpg',
      'even/4.jpg',
      'odd/1.jpg',
      'odd/3.jpg',
      'odd/5.jpg',
      'odd/new.jpg',
    ]);
    expect(cards[0]).toMatchObject({ width: 200, height: 100 });
    closeCatalog(catalog);
  });

  it('measures rows from an older version again', async () => {
    await fill(4);
    const catalog = await made();
    catalog.db.prepare('UPDATE images SET measured_by = ? WHERE id <= 2').run(MEASURE_VERSION - 1);
    expect(await totals(catalog)).toMatchObject({ measure: 2 });
    closeCatalog(catalog);
  });

  it('tries files in unsupported formats again only when more formats are supported', async () => {
    await fill(2);
    put(box.folder, 'even/scan.jp2', Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1'));
    const catalog = await made();
    const { unreadable } = all(catalog).find(({ path }) => path === 'even/scan.jp2')!;
    expect(unreadable?.code).toBe('unsupported-format');
    expect(await totals(catalog)).toMatchObject({ measure: 0 });
    catalog.db.exec(`UPDATE images SET measured_by = measured_by - 1 WHERE unreadable_code = 'unsupported-format'`);
    expect(await totals(catalog)).toMatchObject({ measure: 1 });
    closeCatalog(catalog);
  });

  it('tries files again that an older version called damaged', async () => {
    await fill(2);
    const catalog = await made();
    catalog.db.exec(
      `UPDATE images SET state = 2, unreadable_code = 'corrupt', unreadable_reason = 'x' WHERE path = 'even/0.jpg'`,
    );
    expect(await totals(catalog)).toMatchObject({ measure: 1 });
    expect(all(catalog).map(({ unreadable }) => unreadable)).toEqual([null, null]);
    put(box.folder, 'odd/damaged.jpg', corrupted(await jpeg(7, 256, 256), 1));
    expect(await totals(catalog)).toMatchObject({ measure: 1 });
    expect(await totals(catalog)).toMatchObject({ measure: 0 });
    closeCatalog(catalog);
  });

  it('tries unreadable files again if the cause may be gone', async () => {
    await fill(2);
    put(box.folder, 'labels/keep.jpg', await jpeg(3));
    const catalog = await made();
    catalog.db.exec(
      `UPDATE images SET state = 2, unreadable_code = 'permission-denied', unreadable_reason = 'x' WHERE path = 'even/0.jpg'`,
    );
    await runIndex(catalog, quiet);
    expect(summaryOf(catalog).unreadable).toBe(0);
    closeCatalog(catalog);
  });

  it('continues with its results after it was cancelled', async () => {
    await fill(40);
    const catalog = open();
    const controller = new AbortController();
    const run = runIndex(catalog, {
      signal: controller.signal,
      progress: ({ stage, done }) => {
        // A slow walk of the folder reports its images, too.
        if (stage === 'measure' && done >= 10) controller.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    const kept = catalog.db.prepare<[], number>('SELECT count(*) FROM images WHERE state = 1').pluck().get()!;
    expect(kept).toBeGreaterThanOrEqual(10);
    expect(kept).toBeLessThan(40);
    expect(summaryOf(catalog).incomplete).toBe(true);
    expect(await totals(catalog)).toMatchObject({ measure: 40 - kept });
    expect(summaryOf(catalog)).toMatchObject({ images: 40, incomplete: false });
    closeCatalog(catalog);
  });

  it('keeps its measurements if the folder disappears meanwhile', async () => {
    await fill(200);
    const catalog = open();
    let moved = false;
    const run = runIndex(catalog, {
      ...quiet,
      progress: ({ stage, done }) => {
        if (moved || stage !== 'measure' || done < 20) return;
        moved = true;
        renameSync(box.folder, `${box.folder}-away`);
      },
    });
    await expect(run).rejects.toMatchObject({
      code: 'folder-vanished',
      message: expect.stringContaining('are kept') as string,
    });
    renameSync(`${box.folder}-away`, box.folder);
    const kept = catalog.db.prepare<[], number>('SELECT count(*) FROM images WHERE state = 1').pluck().get()!;
    expect(kept).toBeGreaterThanOrEqual(20);
    await runIndex(catalog, quiet);
    expect(summaryOf(catalog)).toMatchObject({ images: 200, unreadable: 0 });
    closeCatalog(catalog);
  });
});

describe('layouts of an index', () => {
  it('are relabelled on request without reading an image again', async () => {
    for (const split of ['train', 'test'])
      for (const name of ['a', 'b']) put(box.folder, `${split}/${name}/1.jpg`, await jpeg(1));
    const catalog = await made();
    expect(summaryOf(catalog)).toMatchObject({
      layout: { kind: 'split-class-folders' },
      splits: [
        { name: 'train', count: 2, classes: 2 },
        { name: 'test', count: 2, classes: 2 },
      ],
    });
    rememberChosenLayout(catalog, { kind: 'class-folders', table: null, imageColumn: null, labelColumn: null }, 0);
    expect(await totals(catalog)).toMatchObject({ measure: 0 });
    expect(summaryOf(catalog)).toMatchObject({ layout: { kind: 'class-folders' }, splits: [] });
    expect(summaryOf(catalog).classes.map(({ name }) => name)).toEqual(['test/a', 'test/b', 'train/a', 'train/b']);
    expect(summaryOf(catalog).layouts.map(({ kind }) => kind)).toContain('split-class-folders');
    closeCatalog(catalog);
  });

  it('are read from a table, with missing files as rows that are never opened', async () => {
    put(box.folder, 'img/1.jpg', await jpeg(1));
    put(box.folder, 'img/unlisted.jpg', await jpeg(2));
    put(box.folder, 'labels.csv', Buffer.from('\uFEFFfilename;label\nimg/1.jpg;"a, b"\n../../etc/passwd;c\n'));
    const catalog = await made();
    expect(summaryOf(catalog)).toMatchObject({
      layout: { kind: 'table', table: 'labels.csv' },
      images: 1,
      unreadable: 1,
      unreadableReasons: [{ code: 'vanished', count: 1 }],
      classes: [
        { name: 'a, b', count: 1 },
        { name: 'c', count: 0, unreadable: 1 },
      ],
    });
    expect(summaryOf(catalog).skipped).toContainEqual({ reason: 'no-label', name: 'img', count: 1 });
    await runIndex(catalog, quiet);
    expect(all(catalog).find(({ className }) => className === 'c')?.unreadable?.code).toBe('vanished');
    closeCatalog(catalog);
  });

  it('can be set for one run only', async () => {
    for (const split of ['train', 'test']) put(box.folder, `${split}/a/1.jpg`, await jpeg(1));
    const catalog = await made();
    await scan(catalog, quiet, 'class-folders');
    expect(summaryOf(catalog).layout.kind).toBe('class-folders');
    await expect(scan(catalog, quiet, 'table')).rejects.toMatchObject({ code: 'layout-impossible' });
    await runIndex(catalog, quiet);
    expect(summaryOf(catalog).layout.kind).toBe('split-class-folders');
    closeCatalog(catalog);
  });
});

it('reports each stage with its counts', async () => {
  await fill(3);
  const catalog = open();
  const steps: Pick<Progress, 'stage' | 'done' | 'total'>[] = [];
  await runIndex(catalog, { ...quiet, progress: (step) => steps.push(step) });
  expect(steps.at(0)).toEqual({ stage: 'scan', done: 0, total: null });
  expect(steps.at(-1)).toEqual({ stage: 'measure', done: 3, total: 3 });
  closeCatalog(catalog);
});

describe('a folder that changes while it is indexed', () => {
  it('is read without an error, and the next index has its new state', async () => {
    await fill(120);
    const catalog = open();
    const images = all;
    let changed = false;
    await runIndex(catalog, {
      ...quiet,
      progress: ({ stage, done }) => {
        if (changed || stage !== 'measure' || done < 10) return;
        changed = true;
        const waiting = catalog.db
          .prepare<[], string>('SELECT path FROM images WHERE state = 0 ORDER BY id DESC LIMIT 12')
          .pluck()
          .all();
        const file = (path: string) => join(box.folder, path);
        for (const path of waiting.slice(0, 3)) rmSync(file(path));
        for (const path of waiting.slice(3, 6)) writeFileSync(file(path), 'no picture any more');
        for (const path of waiting.slice(6, 9)) renameSync(file(path), file(`${path}.moved.jpg`));
        for (const path of waiting.slice(9, 12)) {
          rmSync(file(path));
          mkdirSync(file(path));
        }
        put(box.folder, 'new-class/new.jpg', readFileSync(file('even/0.jpg')));
      },
    });
    expect(changed).toBe(true);
    const reasons = (list: ReturnType<typeof all>) => list.flatMap(({ unreadable }) => unreadable?.code ?? []).sort();
    expect(images(catalog)).toHaveLength(120);
    expect(reasons(images(catalog))).toEqual([
      'io-error',
      'io-error',
      'io-error',
      'not-an-image',
      'not-an-image',
      'not-an-image',
      ...Array.from({ length: 6 }, () => 'vanished'),
    ]);
    await runIndex(catalog, quiet);
    // Three are gone, three became folders, three have another name, and one is new.
    expect(images(catalog)).toHaveLength(115);
    expect(reasons(images(catalog))).toEqual(['not-an-image', 'not-an-image', 'not-an-image']);
    expect(summaryOf(catalog)).toMatchObject({ incomplete: false });
    closeCatalog(catalog);
  });
});
