/** Findings that show while the index runs: those that need no other images. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import sharp from 'sharp';
import { closeCatalog, openCatalog, type Catalog } from '../../../src/engine/catalog/catalog';
import { findingPaths, listFindings } from '../../../src/engine/catalog/finding-queries';
import { wasAudited } from '../../../src/engine/catalog/findings';
import { countPending } from '../../../src/engine/catalog/scanned';
import { summaryOf } from '../../../src/engine/catalog/summary';
import { datasetIdOf } from '../../../src/engine/files/dataset-id';
import { auditWhileIndexing, runAudit } from '../../../src/engine/stages/audit';
import { makeChecklist } from '../../../src/engine/stages/checklist';
import { runIndex } from '../../../src/engine/stages/index-run';
import { judgeEarly } from '../../../src/engine/stages/judge';
import { measureImages } from '../../../src/engine/stages/measure';
import { scan } from '../../../src/engine/stages/scan';
import { picture, put, quiet, scratch } from '../support/indexed';

const MISSING = 'missing-class:test';
let box: ReturnType<typeof scratch>;
let catalog: Catalog;

/** 150 pictures; among the first ones by path a black one, a copy, a PNG named .jpg and a file that is no image. */
beforeEach(async () => {
  box = scratch();
  const root = join(box.folder, 'set');
  for (let seed = 0; seed < 150; seed += 1)
    put(root, `train/${seed % 3 === 0 ? 'cat' : 'dog'}/${seed}.png`, await picture(seed + 1));
  put(root, 'test/cat/0.png', await picture(200));
  put(root, 'test/cat/1.jpg', await picture(201));
  put(root, 'test/cat/2.png', await picture(200));
  put(root, 'test/cat/3.png', Buffer.from('no image'));
  const black = { create: { width: 50, height: 50, channels: 3 as const, background: '#030303' } };
  put(root, 'test/cat/4.png', await sharp(black).png().toBuffer());
  catalog = openCatalog({ cache: join(box.folder, 'c'), data: join(box.folder, 'd') }, datasetIdOf(root), root);
});
afterEach(() => {
  closeCatalog(catalog);
  box.remove();
});

const found = () => listFindings(catalog);
const pathsOf = (key: string) => {
  const { images, groups } = findingPaths(catalog, key);
  return [...images, ...groups.flat()];
};

/** Measures some images and stops, as a user who cancels. */
async function measureSome(): Promise<void> {
  const stop = new AbortController();
  const progress = ({ done }: { done: number }) => {
    if (done >= 60) stop.abort(new Error('cancelled'));
  };
  await expect(measureImages(catalog, { signal: stop.signal, progress })).rejects.toThrow('cancelled');
}

describe('findings while the index runs', () => {
  it('are there before the first image is measured, where labels and files suffice', async () => {
    await scan(catalog, quiet);
    judgeEarly(catalog, {});
    expect(found().map(({ key }) => key)).toContain(MISSING);
    expect(found().every(({ title }) => title.endsWith(' so far.'))).toBe(true);
    expect(summaryOf(catalog).findingsSoFar).toBe(true);
    expect(wasAudited(catalog)).toBe(false);
    expect(makeChecklist(catalog).filter(({ verdict }) => verdict === 'ok')).toEqual([]);
  });

  it('are a part of the final ones, which take their place', async () => {
    await scan(catalog, quiet);
    await measureSome();
    expect(countPending(catalog)).toBeGreaterThan(0);
    judgeEarly(catalog, {});
    const early = found().map(({ key, check, severity }) => ({ key, check, severity, paths: pathsOf(key) }));
    expect(early.map(({ key }) => key)).toEqual(expect.arrayContaining([MISSING, 'unreadable', 'extension-mismatch']));
    expect(early.map(({ check }) => check)).not.toContain('near-duplicate');
    await runIndex(catalog, quiet);
    await runAudit(catalog, quiet);
    expect(summaryOf(catalog).findingsSoFar).toBe(false);
    expect(wasAudited(catalog)).toBe(true);
    for (const one of early) {
      expect(found().find(({ key }) => key === one.key)).toMatchObject({ severity: one.severity });
      expect(pathsOf(one.key)).toEqual(expect.arrayContaining(one.paths));
    }
    expect(found().some(({ title }) => title.includes('so far'))).toBe(false);
  });

  it('come from a process of their own, until they are stopped', async () => {
    await scan(catalog, quiet);
    await new Promise<void>((told) => {
      const stop = auditWhileIndexing(catalog, quiet.signal, () => void stop().then(told));
    });
    expect(found().map(({ key }) => key)).toContain(MISSING);
  });

  it('do not take the place of the findings of a whole audit', async () => {
    await runIndex(catalog, quiet);
    await runAudit(catalog, quiet);
    const before = found();
    let told = 0;
    const stop = auditWhileIndexing(catalog, quiet.signal, () => (told += 1));
    // Takes longer than an early audit would.
    await runAudit(catalog, quiet);
    await runAudit(catalog, quiet);
    await stop();
    expect(told).toBe(0);
    expect(found()).toEqual(before);
  });
});
