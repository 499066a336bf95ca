import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/contract/model/finding';
import { checkOf, checks } from '../../../src/core/checks/index';
import { gaussian, seededRandom } from '../../../src/core/statistics/random';
import { listFindings } from '../../../src/engine/catalog/finding-queries';
import { setThreshold } from '../../../src/engine/catalog/finding-settings';
import { bumpRevision } from '../../../src/engine/catalog/catalog';
import { forgetResult } from '../../../src/engine/catalog/kept';
import { listImages } from '../../../src/engine/catalog/images';
import { runAudit } from '../../../src/engine/stages/audit';
import { indexed, put, quiet, scratch, type Indexed } from '../support/indexed';

/** Noise around a grey level: dark, bright, blank, blurred, long and large ones among them. */
async function varied(seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  const width = 24 + Math.floor(random() * 60) * (seed % 9 === 0 ? 8 : 1);
  const height = 24 + Math.floor(random() * 60);
  const level = 255 * random();
  const spread = seed % 5 === 0 ? 0.3 : 60 * random() ** 2;
  const data = Buffer.from(
    Uint8Array.from({ length: width * height * 3 }, () =>
      Math.min(255, Math.max(0, Math.round(level + spread * gaussian(random)))),
    ),
  );
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  return (seed % 4 === 0 ? picture.blur(3) : picture).png().toBuffer();
}

/** Thresholds at which each of these checks finds something. */
const THRESHOLDS = {
  'dark.white-level': 120,
  'bright.black-level': 150,
  'low-information.contrast': 4,
  'blurry.sharpness': 1,
  'odd-aspect.ratio': 1.5,
  'odd-size.spread': 1,
};

describe('a bar of the distribution that a check shows', () => {
  const place = scratch();
  const root = join(place.folder, 'set');
  let set: Indexed;
  let findings: Finding[];

  beforeAll(async () => {
    for (let i = 0; i < 120; i++) put(root, `${i % 2 ? 'a' : 'b'}/${i}.png`, await varied(i + 1));
    put(root, 'a/broken.png', Buffer.from('nothing'));
    set = await indexed(root, place.folder);
    for (const [id, value] of Object.entries(THRESHOLDS)) setThreshold(set.catalog, id, value, 1);
    await runAudit(set.catalog, quiet);
    findings = listFindings(set.catalog);
  });
  afterAll(() => {
    set.close();
    place.remove();
  });

  const measuring = checks.filter(({ measure }) => measure !== undefined).map(({ id }) => id);

  function compare(id: string): void {
    const histogram = findings.find(({ check }) => check === id)?.evidence.histogram;
    expect(histogram?.counts.filter((count) => count > 0).length).toBeGreaterThan(3);
    const { edges, counts } = histogram!;
    counts.forEach((count, bin) => {
      const from = bin === 0 ? null : edges[bin]!;
      const to = bin === counts.length - 1 ? null : edges[bin + 1]!;
      const filter = { checked: { check: id, from, to } };
      expect(listImages(set.catalog, filter, { by: 'path', descending: false }, { offset: 0, limit: 1 }).total).toBe(
        count,
      );
    });
  }

  it.each(measuring)('of %s stands for the images that the filter shows', (id) => {
    compare(id);
  });

  it.each(measuring)('of %s does so without reading the facts of the images again', (id) => {
    const { db } = set.catalog;
    bumpRevision(set.catalog);
    db.exec('BEGIN; UPDATE images SET std_r = 0, std_g = 0, std_b = 0, width = 1, height = 1');
    compare(id);
    db.exec('ROLLBACK');
  });

  it.each(measuring)('of %s does so in a store of an older version', (id) => {
    forgetResult(set.catalog, `measured:${id}`);
    bumpRevision(set.catalog);
    compare(id);
  });

  it('is nothing for a check that does not measure single pictures', () => {
    expect(checkOf('tiny-class')?.measure).toBeUndefined();
    const filter = { checked: { check: 'tiny-class', from: null, to: null } };
    expect(listImages(set.catalog, filter, { by: 'path', descending: false }, { offset: 0, limit: 1 }).total).toBe(0);
  });
});
