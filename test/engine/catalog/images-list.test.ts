import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import type { ImageFilter, ImageSort } from '../../../src/contract/model/queries';
import { closeCatalog, openCatalog, type Catalog } from '../../../src/engine/catalog/catalog';
import { listIds, listImages } from '../../../src/engine/catalog/images';
import { storeMeasured } from '../../../src/engine/catalog/measured';
import { reconcile, type ScannedImage } from '../../../src/engine/catalog/scanned';
import { measureFile, readBuffer } from '../../../src/engine/images/measure-file';
import { put, scratch } from '../support/indexed';
import { jpeg } from '../support/samples';

const COUNT = 3000;
let box: ReturnType<typeof scratch>;
let catalog: Catalog;

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
                mean: [i % 256, i % 256, i % 256],
              },
            },
    })),
  );
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
  brightness: number | null;
  entropy: number | null;
  laplacian_variance: number | null;
}

const keys: Record<Exclude<ImageSort['by'], 'value'>, (row: Row) => string | number | null> = {
  path: (row) => row.path,
  class: (row) => row.class_name,
  width: (row) => row.width,
  bytes: (row) => row.bytes,
  brightness: (row) => row.brightness,
  entropy: (row) => row.entropy,
  sharpness: (row) => row.laplacian_variance,
};

/** The expected answer, computed from all rows. */
function expected(
  filter: ImageFilter,
  by: keyof typeof keys,
  descending: boolean,
): { readonly ids: number[]; readonly values: (string | number | null)[] } {
  const rows = catalog.db
    .prepare<[], Row>('SELECT * FROM images WHERE class_name IS NOT NULL')
    .all()
    .filter(
      (row) =>
        (!filter.classes || filter.classes.includes(row.class_name)) &&
        (!filter.splits || filter.splits.includes(row.split)) &&
        (!filter.formats || (row.format !== null && filter.formats.includes(row.format))) &&
        (filter.unreadable === undefined || (row.state === 2) === filter.unreadable) &&
        (!filter.text || row.path.toLowerCase().includes(filter.text.toLowerCase())),
    );
  const key = keys[by];
  const sorted = rows.sort((a, b) => {
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
];

describe('a page of images', () => {
  it.each(Object.keys(keys) as (keyof typeof keys)[])(
    'sorted by %s equals the sorted list of all rows, with every filter',
    (by) => {
      const byId = new Map(
        catalog.db
          .prepare<[], Row>('SELECT * FROM images')
          .all()
          .map((row) => [row.id, row]),
      );
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

  it('contains only the given ids', () => {
    const ids = listIds(catalog, {})
      .slice(5, 9)
      .map(({ id }) => id);
    expect(
      listImages(catalog, { ids: [...ids, 999_999] }, { by: 'path', descending: false }, { offset: 0, limit: 10 }),
    ).toMatchObject({ total: 4, items: ids.map((id) => ({ id })) });
  });
});

describe('frequent queries', () => {
  it.each(Object.keys(keys) as (keyof typeof keys)[])(
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
      for (const descending of [false, true])
        listImages({ ...catalog, db: spied }, { classes: ['class_3'] }, { by, descending }, { offset: 2, limit: 5 });
      expect(plans.length).toBeGreaterThan(0);
      for (const plan of plans) {
        expect(plan).toContain('COVERING INDEX');
        expect(plan).not.toContain('TEMP B-TREE');
      }
    },
  );
});
