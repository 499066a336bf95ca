import { describe, expect, it } from 'vitest';
import { ofAll } from '../../../../src/core/checks/finding';

describe('the title of a finding about some of all images', () => {
  it.each([
    [12, 600, 'are dark', '12 of 600 images (2 %) are dark'],
    [1, 600, 'are dark', '1 of 600 images (0.2 %) is dark'],
    [1, 600, 'have more than 8 bits per channel', '1 of 600 images (0.2 %) has more than 8 bits per channel'],
    [480, 600, 'are dark', 'Most images (480 of 600) are dark'],
    [1, 1, 'are dark', '1 of 1 image (100 %) is dark'],
  ])('of %i of %i', (part, all, predicate, title) => {
    expect(ofAll(part, all, predicate)).toBe(title);
  });
});
