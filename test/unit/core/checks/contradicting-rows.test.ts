import { describe, expect, it } from 'vitest';
import { contradictingRows } from '../../../../src/core/checks/contradicting-rows';
import { classes, only, run } from './rows';

describe('contradicting-rows', () => {
  const images = classes({ a: 3, b: 3 });
  it('finds nothing without such rows', () => {
    expect(run(contradictingRows, images)).toEqual([]);
  });

  it('names the images, their labels and the rows', () => {
    const rows = ['cat', 'dog'].map((label, at) => ({ table: 'labels.csv', row: 3 + 20 * at, label }));
    const contradicting = [
      { path: 'img/3.jpg', rows },
      { path: 'img/4.jpg', rows },
    ];
    const found = only(
      run(contradictingRows, images, { listing: { otherFiles: [], emptyClasses: [], contradicting } }),
    );
    expect(found.title).toBe('2 images have rows with different labels, for example “img/3.jpg” with “cat” and “dog”.');
    expect(found.evidence.tables?.[0]).toMatchObject({
      title: 'Rows of labels.csv, counted without the header',
      rows: [['img/3.jpg', '“cat”, “dog”', '3, 23'], expect.anything()],
    });
  });
});
