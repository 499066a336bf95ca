import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageFilter } from '../../../src/contract/model/queries';
import { seededRandom } from '../../../src/core/statistics/random';
import { closeCatalog, openCatalog, type Catalog } from '../../../src/engine/catalog/catalog';
import { appendActs } from '../../../src/engine/catalog/decision-log';
import { listIds, listImages } from '../../../src/engine/catalog/images';
import { storePlaces } from '../../../src/engine/catalog/labels';
import { reconcile, type ScannedImage } from '../../../src/engine/catalog/scanned';
import { similarityState } from '../../../src/engine/catalog/similarity';
import { scratch } from '../support/indexed';

const COUNT = 9000;
const DIMENSIONS = 8;
const SHOWN = 1000;
const pathOf = (i: number): string => `class_${i % 7}/${String(i).padStart(5, '0')}.jpg`;
const FIRST = pathOf(1234);
const SECOND = pathOf(77);

let box: ReturnType<typeof scratch>;
let catalog: Catalog;
/** Ids in path order, and where the probe saw each. */
let images: Int32Array;
let values: Float32Array;

const scan = (from: number, to: number): ScannedImage[] =>
  Array.from({ length: to - from }, (_, at) => ({
    path: pathOf(from + at),
    rawPath: null,
    extension: 'jpg',
    bytes: from + at,
    modified: 1,
    ownClass: `class_${(from + at) % 7}`,
    split: null,
    unreadable: null,
  }));

const idOf = (path: string): number =>
  catalog.db.prepare<[string], number>('SELECT id FROM images WHERE path = ?').pluck().get(path)!;

/** Stores places as the audit does after a probe. */
function place(): void {
  storePlaces(catalog, {
    images,
    embedding: { values, dimensions: DIMENSIONS },
    x: new Float32Array(images.length),
    y: new Float32Array(images.length),
    outlier: new Float32Array(images.length),
    neighbours: new Int32Array(images.length),
    distances: new Float32Array(images.length),
    k: 1,
    exemplars: new Map(),
  });
}

/** The expected order, computed from the embedding itself: the images themselves, then the nearest to their mean. */
function expected(paths: readonly string[], fits: (id: number) => boolean = () => true): number[] {
  const own = new Set(paths.map(idOf));
  const mean = Array.from({ length: DIMENSIONS }, (_, d) => {
    const all = [...images].flatMap((id, i) => (own.has(id) ? [values[i * DIMENSIONS + d]!] : []));
    return all.reduce((sum, value) => sum + value, 0) / all.length;
  });
  const distance = (i: number): number =>
    mean.reduce((sum, value, d) => sum + (values[i * DIMENSIONS + d]! - value) ** 2, 0);
  return [...images.keys()]
    .map((i) => ({ id: images[i]!, distance: own.has(images[i]!) ? -1 : distance(i) }))
    .filter(({ id }) => fits(id))
    .sort((a, b) => a.distance - b.distance)
    .map(({ id }) => id);
}

const listed = (filter: ImageFilter): number[] => listIds(catalog, filter).map(({ id }) => id);

beforeAll(async () => {
  box = scratch();
  catalog = openCatalog({ cache: box.folder, data: box.folder }, '0123456789abcdef', box.folder);
  await reconcile(catalog, scan(0, COUNT));
  images = Int32Array.from(catalog.db.prepare<[], number>('SELECT id FROM images ORDER BY path').pluck().all());
  const random = seededRandom(2);
  // Whole numbers of 16 bits with the largest one among them are stored as they are, so that the order is exact.
  values = Float32Array.from({ length: COUNT * DIMENSIONS }, (_, at) =>
    at === 0 ? 32_767 : Math.floor(random() * 65_534) - 32_767,
  );
});
afterAll(() => {
  closeCatalog(catalog);
  box.remove();
});

describe('more like an image', () => {
  it('finds nothing before a probe has stored where it saw the images, and says so', () => {
    expect(listImages(catalog, { like: [FIRST] }, { by: 'value', descending: false }, { offset: 0, limit: 5 })).toEqual(
      {
        total: 0,
        items: [],
      },
    );
    expect(similarityState(catalog, FIRST)).toBe('no-probe');
  });

  it('lists the image, then the most similar ones, in pages', () => {
    place();
    expect(similarityState(catalog, FIRST)).toBe('known');
    const want = expected([FIRST]).slice(0, SHOWN);
    const got: number[] = [];
    for (let offset = 0; offset < SHOWN; offset += 300) {
      const page = listImages(catalog, { like: [FIRST] }, { by: 'value', descending: false }, { offset, limit: 300 });
      expect(page.total).toBe(SHOWN);
      got.push(...page.items.map(({ id }) => id));
    }
    expect(got[0]).toBe(idOf(FIRST));
    expect(got).toEqual(want);
  });

  it('takes the mean of several images', () => {
    const got = listed({ like: [FIRST, SECOND] });
    expect(new Set(got.slice(0, 2))).toEqual(new Set([idOf(FIRST), idOf(SECOND)]));
    expect(got.slice(2)).toEqual(expected([FIRST, SECOND]).slice(2, SHOWN));
  });

  it('counts the most similar among the images that match the rest of the filter, however rare they are', () => {
    const ofClass = new Set(listed({ classes: ['class_3'] }));
    const got = listed({ like: [FIRST], classes: ['class_3'] });
    expect(got).toHaveLength(SHOWN);
    expect(got).toEqual(expected([FIRST], (id) => ofClass.has(id)).slice(0, SHOWN));
    const rare = listed({ like: [FIRST], text: '0123' });
    expect(new Set(rare)).toEqual(new Set(listed({ text: '0123' })));
    expect(rare.length).toBeLessThan(SHOWN);
  });

  it('can be in another order, and follows decisions', () => {
    const shown = new Set(listed({ like: [FIRST] }));
    const byPath = listImages(
      catalog,
      { like: [FIRST] },
      { by: 'path', descending: true },
      { offset: 0, limit: SHOWN },
    );
    expect(byPath.items.map(({ path }) => path)).toEqual(
      byPath.items
        .map(({ path }) => path)
        .sort()
        .reverse(),
    );
    expect(new Set(byPath.items.map(({ id }) => id))).toEqual(shown);
    const [, excluded] = listed({ like: [FIRST] });
    appendActs(catalog, [{ image: excluded!, kind: 'exclude', label: null }], {
      queue: null,
      note: null,
      source: null,
      at: 1,
    });
    expect(listed({ like: [FIRST], decided: ['open'] })).not.toContain(excluded);
    expect(listed({ like: [FIRST], decided: ['exclude'] })).toEqual([excluded]);
    const decided = listImages(
      catalog,
      { like: [FIRST] },
      { by: 'decided', descending: true },
      { offset: 0, limit: 3 },
    );
    expect(decided.items[0]?.id).toBe(excluded);
  });

  it('says which of some images are shown, as for a selection', () => {
    const [nearest, ...others] = listed({ like: [FIRST] });
    const hidden = [...images].find((id) => id !== nearest && !others.includes(id))!;
    expect(listed({ like: [FIRST], ids: [hidden, nearest!, others.at(-1)!] })).toEqual([nearest, others.at(-1)]);
  });

  it('forgets images that are gone, does not take a new image for one of them, and ranks anew after the next probe', async () => {
    const last = pathOf(COUNT - 1);
    await reconcile(catalog, [...scan(0, COUNT - 2), ...scan(COUNT, COUNT + 2)]);
    expect(similarityState(catalog, last)).toBe('unseen');
    expect(similarityState(catalog, pathOf(COUNT))).toBe('unseen');
    expect(listed({ like: [pathOf(COUNT)] })).toEqual([]);
    const rest = new Set(listed({}));
    expect(listed({ like: [FIRST] }).every((id) => rest.has(id))).toBe(true);
    expect(listed({ like: [FIRST], ids: [idOf(pathOf(COUNT)), idOf(pathOf(COUNT + 1))] })).toEqual([]);

    images = Int32Array.from(catalog.db.prepare<[], number>('SELECT id FROM images ORDER BY path').pluck().all());
    values = values.toReversed();
    place();
    expect(similarityState(catalog, pathOf(COUNT))).toBe('known');
    expect(listed({ like: [FIRST] })).toEqual(expected([FIRST]).slice(0, SHOWN));
  });
});
