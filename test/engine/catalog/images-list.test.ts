import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { measureSchema, type ImageFilter, type ImageSort } from '../../../src/contract/model/queries';
import { closeCatalog, openCatalog, type Catalog } from '../../../src/engine/catalog/catalog';
import { appendActs } from '../../../src/engine/catalog/decision-log';
import { readReview } from '../../../src/engine/catalog/decisions';
import { listIds, listImages } from '../../../src/engine/catalog/images';
import { summaryOf } from '../../../src/engine/catalog/summary';
import { storeMeasured } from '../../../src/engine/catalog/measured';
import { reconcile, type ScannedImage } from '../../../src/engine/catalog/scanned';
import { measureFile, readBuffer } from '../../../src/engine/images/measure-file';
import { put, scratch } from '../support/indexed';
import { jpeg } from '../support/samples';

const COUNT = 3000;
let box: ReturnType<typeof scratch>;
let catalog: Catalog;
/** Of all images with a class: no test changes them. */
let rows: readonly Row[];

/** Rows varied from one real measurement: the test is about the order of rows, not about measuring. */
beforeAll(async () => {
  box = scratch();
  put(box.folder, 'one.jpg', await jpeg(1));
  catalog = openCatalog({ cache: box.folder, data: box.folder }, '0123456789abcdef', box.folder);
  const images = Array.from({ length: COUNT }, (_, i): ScannedImage => ({
    path: `${i % 10 ? 'train' : 'val'}/class_${i % 7}/${String(i).padStart(5, '0')}_50%.jpg`,
    rawPath: null,
    extension: 'jpg',
    bytes: (i * 7919) % 4001,
    modified: i,
    ownClass: i % 100 === 99 ? null : `class_${i % 7}`,
    split: i % 10 ? 'train' : 'val',
    unreadable: null,
  }));
  await reconcile(catalog, images);
  const { outcome } = await measureFile(0, Buffer.from(join(box.folder, 'one.jpg')), readBuffer());
  if ('unreadable' in outcome) throw new Error('the sample must be readable');
  const ids = catalog.db.prepare<[], number>('SELECT id FROM images ORDER BY path').pluck().all();
  storeMeasured(
    catalog,
    ids.map((id, i) => ({
      id,
      sha256: null,
      outcome:
        i % 50 === 0
          ? { unreadable: { code: 'corrupt', reason: 'x' } }
          : {
              ...outcome,
              facts: {
                ...outcome.facts,
                format: i % 3 ? 'jpeg' : 'png',
                width: 100 + ((i * 31) % 977),
                entropy: (i % 80) / 10,
                laplacianVariance: (i * 17) % 501,
                edgeShare: (i % 40) / 40,
                colourfulness: (i * 3) % 140,
                mean: [i % 256, i % 256, i % 256],
              },
            },
    })),
  );
  catalog.db.exec(`
    INSERT INTO probe_runs (kind, content_key, classes, body) VALUES ('instant', '', '[]', '{}'), ('cnn', '', '[]', '{}');
    INSERT INTO probe_outputs (kind, image, given, predicted, probabilities)
      SELECT 'instant', id, class_name, 'class_' || (id % 5), x'' FROM images WHERE state = 1 AND class_name IS NOT NULL;
    INSERT INTO probe_outputs (kind, image, given, predicted, probabilities)
      SELECT 'cnn', id, class_name, 'other', x'' FROM images WHERE state = 1 AND class_name IS NOT NULL;
    INSERT INTO label_verdicts (image, given, suggested, wrong, flagged)
      SELECT id, class_name, 'class_' || (id % 5), (id * 31 % 101) / 100.0, 0 FROM images WHERE state = 1 AND id % 3 > 0 AND class_name IS NOT NULL;
  `);
  for (const [at, kind] of (['keep', 'exclude', 'unsure'] as const).entries())
    appendActs(
      catalog,
      ids.filter((id) => id % 40 === at).map((image) => ({ image, kind, label: null })),
      { queue: null, note: null, source: null, at: 1000 - at },
    );
  rows = readRows();
});
afterAll(() => {
  closeCatalog(catalog);
  box.remove();
});

interface Row {
  id: number;
  path: string;
  class_name: string;
  split: string;
  format: string | null;
  state: number;
  bytes: number;
  width: number | null;
  height: number | null;
  edge_share: number | null;
  colourfulness: number | null;
  brightness: number | null;
  entropy: number | null;
  laplacian_variance: number | null;
  suspicion: number | null;
  suggested: string | null;
  predicted: string | null;
}

const verdicts = ['keep', 'exclude', 'unsure'] as const;
const decidedAs = (row: Row) => verdicts[row.id % 40] ?? 'open';

function readRows(): Row[] {
  return catalog.db
    .prepare<[], Row>(
      `SELECT images.*, wrong AS suspicion, suggested, predicted FROM images LEFT JOIN label_verdicts ON label_verdicts.image = images.id
      LEFT JOIN probe_outputs ON probe_outputs.image = images.id AND kind = 'instant' WHERE class_name IS NOT NULL`,
    )
    .all();
}

const keys: Record<Exclude<ImageSort['by'], 'value'>, (row: Row) => string | number | null> = {
  path: (row) => row.path,
  class: (row) => row.class_name,
  width: (row) => row.width,
  bytes: (row) => row.bytes,
  brightness: (row) => row.brightness,
  entropy: (row) => row.entropy,
  sharpness: (row) => row.laplacian_variance,
  size: (row) => (row.width === null ? null : Math.sqrt(row.width * row.height!)),
  aspect: (row) => (row.width === null ? null : row.width / row.height!),
  edges: (row) => row.edge_share,
  colourfulness: (row) => row.colourfulness,
  suspicion: (row) => row.suspicion,
  predicted: (row) => row.predicted,
  decided: (row) => (decidedAs(row) === 'open' ? null : 1000 - (row.id % 40)),
};

/** The expected answer, computed from all rows. */
function expected(
  filter: ImageFilter,
  by: keyof typeof keys,
  descending: boolean,
): { readonly ids: number[]; readonly values: (string | number | null)[] } {
  const matching = rows.filter(
    (row) =>
      (!filter.classes || filter.classes.includes(row.class_name)) &&
      (!filter.splits || filter.splits.includes(row.split)) &&
      (!filter.formats || (row.format !== null && filter.formats.includes(row.format))) &&
      (filter.unreadable === undefined || (row.state === 2) === filter.unreadable) &&
      (!filter.predicted || (row.predicted !== null && filter.predicted.includes(row.predicted))) &&
      (!filter.decided || filter.decided.includes(decidedAs(row))) &&
      (!filter.suspect ||
        (row.suspicion !== null &&
          row.suspicion > filter.suspect.threshold &&
          row.suggested !== row.class_name &&
          (filter.suspect.given ?? row.class_name) === row.class_name &&
          (filter.suspect.suggested ?? row.suggested) === row.suggested)) &&
      measureSchema.options.every((measure) => {
        const range = filter.ranges?.[measure];
        const value = Number(keys[measure](row) ?? NaN);
        return (
          range === undefined ||
          (row.state === 1 && value >= (range.from ?? -Infinity) && value < (range.to ?? Infinity))
        );
      }) &&
      (!filter.text || row.path.toLowerCase().includes(filter.text.toLowerCase())),
  );
  const key = keys[by];
  const sorted = matching.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return (x < y ? -1 : x > y ? 1 : 0) * (descending ? -1 : 1);
  });
  return { ids: sorted.map(({ id }) => id), values: sorted.map(key) };
}

const filters: ImageFilter[] = [
  {},
  { classes: ['class_3', 'class_5'] },
  { splits: ['val'] },
  { formats: ['png'] },
  { unreadable: true },
  { unreadable: false, classes: ['class_1'] },
  { text: '123' },
  { text: '50%' },
  { text: 'A_' },
  { classes: [] },
  { predicted: ['class_2', 'class_4'], classes: ['class_1', 'class_2'] },
  { predicted: ['other'] },
  { decided: ['keep', 'unsure'] },
  { decided: ['open', 'exclude'], splits: ['val'] },
  { ranges: { brightness: { from: 8, to: 16 } } },
  { ranges: { bytes: { from: null, to: 900 }, size: { from: 200, to: null } }, classes: ['class_2'] },
  { ranges: { suspicion: { from: 0.5, to: null } } },
  { ranges: { aspect: { from: null, to: null } } },
  { suspect: { threshold: 0.4 } },
  { suspect: { threshold: 0.4, given: 'class_3', suggested: 'class_1' }, decided: ['open'] },
];

describe('a page of images', () => {
  it.each(Object.keys(keys) as (keyof typeof keys)[])(
    'sorted by %s equals the sorted list of all rows, with every filter',
    (by) => {
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const filter of filters)
        for (const descending of [false, true]) {
          const want = expected(filter, by, descending);
          const got: number[] = [];
          for (let offset = 0; offset === 0 || offset < want.ids.length; offset += 700) {
            const { total, items } = listImages(catalog, filter, { by, descending }, { offset, limit: 700 });
            expect(total).toBe(want.ids.length);
            got.push(...items.map(({ id }) => id));
          }
          expect(got.map((id) => keys[by](byId.get(id)!))).toEqual(want.values);
          expect(new Set(got)).toEqual(new Set(want.ids));
        }
    },
  );

  it('of the range of a bar has as many images as the bar counts', () => {
    const { histograms } = summaryOf(catalog);
    expect(histograms.map(({ id }) => id)).toEqual(measureSchema.options);
    for (const { id, edges, counts } of histograms)
      counts.forEach((count, bin) => {
        const from = bin === 0 ? null : edges[bin]!;
        const to = bin === counts.length - 1 ? null : edges[bin + 1]!;
        const filter: ImageFilter = { ranges: { [measureSchema.parse(id)]: { from, to } } };
        expect(listImages(catalog, filter, { by: 'path', descending: false }, { offset: 0, limit: 1 }).total).toBe(
          count,
        );
      });
  });

  it('contains only the given ids', () => {
    const ids = listIds(catalog, {})
      .slice(5, 9)
      .map(({ id }) => id);
    expect(
      listImages(catalog, { ids: [...ids, 999_999] }, { by: 'path', descending: false }, { offset: 0, limit: 10 }),
    ).toMatchObject({ total: 4, items: ids.map((id) => ({ id })) });
  });
});

describe('suspicious labels', () => {
  it('are listed worst first, each with the probability that it is wrong', () => {
    const filter = { suspect: { threshold: 0.5, given: 'class_3' } };
    const want = rows
      .filter((row) => row.class_name === 'class_3' && row.suggested !== 'class_3' && (row.suspicion ?? 0) > 0.5)
      .map((row) => row.suspicion)
      .sort((a, b) => b! - a!);
    expect(want.length).toBeGreaterThan(20);
    expect(listIds(catalog, filter).map(({ value }) => value)).toEqual(want);
    const { items } = listImages(catalog, filter, { by: 'value', descending: false }, { offset: 0, limit: 10 });
    expect(items.map(({ value }) => value)).toEqual(want.slice(0, 10));
  });
});

describe('frequent queries', () => {
  it.each((Object.keys(keys) as (keyof typeof keys)[]).filter((by) => by !== 'decided'))(
    'do not sort the whole data set by %s and do not read its wide rows',
    (by) => {
      const plans: string[] = [];
      const spied = new Proxy(catalog.db, {
        get: (db, name) =>
          name === 'prepare'
            ? (sql: string) => {
                if (sql.includes('ORDER BY') && sql.includes('LIMIT'))
                  plans.push(
                    db
                      .prepare<unknown[], string>(`EXPLAIN QUERY PLAN ${sql}`)
                      .all(...Array.from(sql.matchAll(/\?/g), () => 1))
                      .map((row) => (row as unknown as { detail: string }).detail)
                      .join('; '),
                  );
                return db.prepare(sql);
              }
            : (Reflect.get(db, name) as unknown),
      });
      const opened = { ...catalog, db: spied };
      // Decisions are bound to all images once.
      readReview(opened);
      plans.length = 0;
      for (const descending of [false, true])
        listImages(opened, { classes: ['class_3'] }, { by, descending }, { offset: 2, limit: 5 });
      expect(plans.length).toBeGreaterThan(0);
      for (const plan of plans) {
        expect(plan).toContain('COVERING INDEX');
        expect(plan).not.toContain('TEMP B-TREE');
      }
    },
  );
});
