import { describe, expect, it } from 'vitest';
import { parseImageAddress } from '../../../src/shell/image-address';

const DATASET = '0123456789abcdef';

describe('the address of a picture', () => {
  it('contains a kind, a data set and an image', () => {
    expect(parseImageAddress(`thumbnail/${DATASET}/7`)).toEqual({
      call: 'images.thumbnail',
      dataset: DATASET,
      image: 7,
      revised: false,
    });
  });

  it('may be cached forever if it contains a revision', () => {
    expect(parseImageAddress(`picture/${DATASET}/7?r=12`)).toMatchObject({
      call: 'images.picture',
      revised: true,
    });
  });

  it.each([
    `thumbnail/${DATASET}/../../etc/passwd`,
    `thumbnail/${DATASET}/7/..`,
    `thumbnail/${DATASET}/-1`,
    `thumbnail/${DATASET}/7?path=/etc/passwd`,
    `thumbnail//etc/passwd`,
    `file/${DATASET}/7`,
    `file:///etc/passwd`,
  ])('is never %s', (url) => {
    expect(parseImageAddress(url)).toBeNull();
  });
});
