import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDigits, side } from '../../../src/engine/samples/digits';
import { WRONG_FROM } from '../../../src/core/labels/verdicts';
import { seededRandom, shuffled } from '../../../src/core/statistics/random';
import type { EngineApi } from '../../../src/contract/api';
import type { Client } from '../../../src/contract/rpc/client';
import { localEngine } from '../../../src/engine/app/local-engine';
import { findingImages } from '../../../src/engine/catalog/finding-images';
import { openCatalog, closeCatalog } from '../../../src/engine/catalog/catalog';
import { embeddingMap, freshOutputs, surroundingsOf } from '../../../src/engine/catalog/label-queries';
import type { Step } from '../../../src/engine/process/task';
import { runAudit } from '../../../src/engine/stages/audit';
import { runProbe } from '../../../src/engine/stages/probe';
import { indexed, put, quiet, scratch } from '../support/indexed';

/** 10 × 60 real digits; `label` gives the folder of each digit. */
async function writeDigits(root: string, label: (digit: number, index: number) => number): Promise<string[]> {
  const wrong: string[] = [];
  for (const [digit, images] of (await readDigits(60)).entries()) {
    for (const [index, pixels] of images.entries()) {
      const given = label(digit, index);
      const path = `${given}/${digit}-${index}.png`;
      put(
        root,
        path,
        await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
          .png()
          .toBuffer(),
      );
      if (given !== digit) wrong.push(path);
    }
  }
  return wrong;
}

interface Audited {
  readonly client: Client<EngineApi>;
  readonly dataset: string;
  readonly stop: () => Promise<void>;
}

async function probed(root: string, home: string): Promise<Audited> {
  const { client, stop } = localEngine({ cache: `${home}/cache`, data: `${home}/data` });
  const { dataset } = await client.call('dataset.open', { root });
  await client.runJob('jobs.index', { dataset });
  await client.runJob('jobs.probe', { dataset, probe: 'instant' });
  return { client, dataset, stop };
}

describe('the instant probe on real digits with one wrong label in ten', () => {
  const place = scratch();
  let audited: Audited;
  let wrong: string[];

  beforeAll(async () => {
    const random = seededRandom(5);
    wrong = await writeDigits(`${place.folder}/digits`, (digit) =>
      random() < 0.1 ? (digit + 1 + Math.floor(random() * 9)) % 10 : digit,
    );
    audited = await probed(`${place.folder}/digits`, place.folder);
  });
  afterAll(async () => {
    await audited.stop();
    place.remove();
  });

  it('learns, and finds most wrong labels with few false alarms', async () => {
    const { labels, collapse } = await audited.client.call('report.get', { dataset: audited.dataset, timings: {} });
    expect(labels?.skill.verdict).toBe('learned');
    expect(labels?.withheld).toBeNull();
    expect(collapse?.verdict).toBe('learns');
    const flagged = (labels?.images ?? []).filter((image) => image.issue).map((image) => image.path);
    const found = flagged.filter((path) => wrong.includes(path));
    expect(found.length / wrong.length).toBeGreaterThan(0.8);
    expect(found.length / flagged.length).toBeGreaterThan(0.75);
    const worst = (labels?.images ?? []).toSorted((a, b) => a.quality - b.quality).slice(0, 20);
    expect(worst.filter((image) => wrong.includes(image.path)).length).toBeGreaterThanOrEqual(18);
    const right = flagged
      .filter((path) => wrong.includes(path))
      .filter(
        (path) => labels?.images.find((image) => image.path === path)?.suggested === path.split('/')[1]?.charAt(0),
      );
    expect(right.length / found.length).toBeGreaterThan(0.85);
  });

  it("answers the window's requests: suspects worst first, the confusion matrix, a map, neighbours", async () => {
    const { client, dataset } = audited;
    const { total, items } = await client.call('labels.list', {
      dataset,
      filter: { threshold: WRONG_FROM },
      offset: 0,
      limit: 10,
    });
    expect(total).toBeGreaterThan(20);
    expect(items.map((item) => item.wrong)).toEqual(items.map((item) => item.wrong).toSorted((a, b) => b - a));
    const [worst] = items;
    const beside = await client.call('labels.surroundings', { dataset, image: worst!.card.id });
    expect(beside.neighbours).toHaveLength(10);
    expect(beside.givenExemplars.every((card) => card.className === worst!.given)).toBe(true);
    expect(beside.suggestedExemplars.every((card) => card.className === worst!.suggested)).toBe(true);
    const confusion = await client.call('labels.confusion', { dataset, probe: 'instant' });
    expect(confusion.cells.reduce((sum, cell) => sum + cell.count, 0)).toBe(600);
    const cell = { predictions: 'instant', given: '3', predicted: '3' } as const;
    const inCell = await client.call('images.list', {
      dataset,
      offset: 0,
      limit: 1,
      filter: { cell },
      sort: { by: 'path', descending: false },
    });
    expect(inCell.total).toBe(
      confusion.cells.find(
        (entry) => confusion.classes[entry.given] === '3' && confusion.classes[entry.predicted] === '3',
      )?.count,
    );
    const map = await client.call('labels.map', { dataset });
    expect(map.ids).toHaveLength(600);
    expect(new Set(map.x).size).toBeGreaterThan(300);
  });

  it('does not flag a label again that the user confirmed', async () => {
    const { client, dataset } = audited;
    const before = await client.call('labels.list', {
      dataset,
      filter: { threshold: WRONG_FROM },
      offset: 0,
      limit: 1,
    });
    const image = before.items[0]!.card.id;
    await client.call('review.act', {
      dataset,
      acts: [{ image, kind: 'keep', label: null }],
      queue: 'label-error',
      note: null,
    });
    await client.runJob('jobs.audit', { dataset });
    const catalog = openCatalog({ cache: `${place.folder}/cache`, data: `${place.folder}/data` }, dataset, null);
    expect(findingImages(catalog, 'label-error').map(({ id }) => id)).not.toContain(image);
    expect(findingImages(catalog, 'label-error').length).toBeGreaterThan(20);
    closeCatalog(catalog);
    // Badge, list, queue and sums show the same number.
    const finding = (await client.call('findings.list', { dataset })).find((one) => one.check === 'label-error')!;
    const summary = await client.call('labels.summary', { dataset });
    expect(
      (await client.call('labels.list', { dataset, filter: { threshold: WRONG_FROM }, offset: 0, limit: 1 })).total,
    ).toBe(finding.images);
    expect(
      (
        await client.call('review.queue', {
          dataset,
          filter: { finding: finding.key },
          undecidedOnly: false,
          offset: 0,
          limit: 1,
        })
      ).total,
    ).toBe(finding.images);
    expect((await client.call('review.stats', { dataset, filter: { finding: finding.key } })).total).toBe(
      finding.images,
    );
    expect(summary.flagged).toBe(finding.images);
    expect(summary.pairs.reduce((sum, pair) => sum + pair.count, 0)).toBe(finding.images);
  });

  it('reports outdated verdicts when the folder has changed, and withdraws its findings', async () => {
    const { client, dataset } = audited;
    put(
      `${place.folder}/digits`,
      '0/new.png',
      await sharp({ create: { width: 28, height: 28, channels: 3, background: '#204060' } })
        .png()
        .toBuffer(),
    );
    await client.runJob('jobs.index', { dataset });
    expect((await client.call('labels.summary', { dataset })).runs.map((run) => run.stale)).toEqual([true]);
    expect((await client.call('findings.list', { dataset })).map((finding) => finding.check)).not.toContain(
      'label-error',
    );
  });
});

describe('the instant probe', () => {
  it('calls no label wrong if labels are permuted, and says why', async () => {
    const place = scratch();
    const labels = shuffled(
      Array.from({ length: 600 }, (_, i) => i % 10),
      seededRandom(3),
    );
    await writeDigits(`${place.folder}/digits`, (digit, index) => labels[digit * 60 + index]!);
    const { client, dataset, stop } = await probed(`${place.folder}/digits`, place.folder);
    const report = await client.call('report.get', { dataset, timings: {} });
    expect(report.labels?.images.filter((image) => image.issue)).toEqual([]);
    expect(report.labels?.withheld).toMatch(/cannot judge labels|too unsure/);
    expect(report.findings.map((finding) => finding.check)).not.toContain('label-error');
    await stop();
    place.remove();
  });

  it('keeps its predictions if it is cancelled while drawing the map, which the next audit draws', async () => {
    const place = scratch();
    for (const [digit, images] of (await readDigits(40)).slice(0, 2).entries()) {
      for (const [index, pixels] of images.entries())
        put(
          `${place.folder}/two`,
          `${digit}/${index}.png`,
          await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
            .png()
            .toBuffer(),
        );
    }
    const { catalog, ...set } = await indexed(`${place.folder}/two`, place.folder);
    const abort = new AbortController();
    const cut = {
      signal: abort.signal,
      progress: ({ stage }: Step) => (stage === 'draw-map' ? abort.abort() : undefined),
    };
    await expect(
      runProbe(catalog, { kind: 'instant', predictions: null, embedding: null, backbone: null }, cut, () => undefined),
    ).rejects.toThrow();
    expect(freshOutputs(catalog, 'instant')?.images).toHaveLength(80);
    expect(surroundingsOf(catalog, set.id('0/0.png')).neighbours).toEqual([]);
    await runAudit(catalog, quiet);
    expect(surroundingsOf(catalog, set.id('0/0.png')).neighbours).toHaveLength(10);
    expect(embeddingMap(catalog).ids).toHaveLength(80);
    set.close();
    place.remove();
  });

  it('refuses a single class in one sentence', async () => {
    const place = scratch();
    const { client, stop } = localEngine({ cache: `${place.folder}/cache`, data: `${place.folder}/data` });
    for (const [index, pixels] of (await readDigits(12))[0]!.entries())
      put(
        `${place.folder}/one`,
        `zero/${index}.png`,
        await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
          .png()
          .toBuffer(),
      );
    const { dataset } = await client.call('dataset.open', { root: `${place.folder}/one` });
    await client.runJob('jobs.index', { dataset });
    await expect(client.runJob('jobs.probe', { dataset, probe: 'instant' })).rejects.toMatchObject({
      code: 'no-images',
      message: expect.stringContaining('at least two classes') as string,
    });
    await stop();
    place.remove();
  });
});
