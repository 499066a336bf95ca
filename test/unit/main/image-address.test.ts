import { describe, expect, it } from 'vitest';
import { parseImageAddress } from '../../../src/main/image-address';

const DATASET = '0123456789abcdef';

describe('the address of a picture', () => {
  it('contains a kind, a data set and an image', () => {
    expect(parseImageAddress(`plumbline-image://thumbnail/${DATASET}/7`)).toEqual({
      call: 'images.thumbnail',
      dataset: DATASET,
      image: 7,
      revised: false,
    });
  });

  it('may be cached forever if it contains a revision', () => {
    expect(parseImageAddress(`plumbline-image://picture/${DATASET}/7?r=12`)).toMatchObject({
      call: 'images.picture',
      revised: true,
    });
  });

  it.each([
    `plumbline-image://thumbnail/${DATASET}/../../etc/passwd`,
    `plumbline-image://thumbnail/${DATASET}/7/..`,
    `plumbline-image://thumbnail/${DATASET}/-1`,
    `plumbline-image://thumbnail/${DATASET}/7?path=/etc/passwd`,
    `plumbline-image://thumbnail//etc/passwd`,
    `plumbline-image://file/${DATASET}/7`,
    `file:///etc/passwd`,
  ])('is never %s', (url) => {
    expect(parseImageAddress(url)).toBeNull();
  });
});
