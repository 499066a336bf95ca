/** The images of a large index, read in slices or when they are asked for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalog, closeCatalog, type Catalog } from '../../../src/engine/catalog/catalog';
import { prepareReview, readReview } from '../../../src/engine/catalog/decisions';
import { ReviewImages } from '../../../src/engine/catalog/review-images';
import { atOnce } from '../../../src/core/slices';
import { scratch } from '../support/indexed';

let home: ReturnType<typeof scratch>;
let catalog: Catalog;
const COUNT = 5000;

beforeEach(() => {
  home = scratch();
  catalog = openCatalog({ cache: home.folder, data: home.folder }, '0123456789abcdef', home.folder);
  catalog.db
    .prepare(
      `INSERT INTO images (path, class_name, own_class, extension, bytes, modified, sha256)
      WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
      SELECT printf('cat/%05d.png', (i * 7) % 5000), 'cat', 'cat', 'png', 1, 0, printf('%064d', i / 2) FROM n`,
    )
    .run(COUNT - 1);
});
afterEach(() => {
  closeCatalog(catalog);
  home.remove();
});

describe('the images of a review', () => {
  it('are all there at once when they are asked for in the middle of reading', () => {
    const images = new ReviewImages(catalog);
    const ahead = images.ahead();
    ahead.next();
    const paths = [...images.all.values()].map(({ path }) => path);
    expect(paths).toHaveLength(COUNT);
    expect(paths).toEqual([...paths].sort());
    expect(images.index.byPath.size).toBe(COUNT);
    expect(images.index.byContent.size).toBe(COUNT / 2);
    atOnce(ahead);
    expect(images.all.size).toBe(COUNT);
  });

  it('are read only when something needs them', () => {
    const review = readReview(catalog);
    expect(review.binding.decisions.size).toBe(0);
    // A review that had read its images would not see this one.
    catalog.db
      .prepare(
        "INSERT INTO images (path, class_name, own_class, extension, bytes, modified) VALUES ('cat/new.png', 'cat', 'cat', 'png', 1, 0)",
      )
      .run();
    expect(review.images.size).toBe(COUNT + 1);
    expect(Array.from(prepareReview(catalog))).toHaveLength(0);
  });

  it('are read ahead in several slices', () => {
    expect(Array.from(prepareReview(catalog)).length).toBeGreaterThan(2);
    expect(readReview(catalog).images.size).toBe(COUNT);
  });
});
