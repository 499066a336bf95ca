import { describe, expect, it } from 'vitest';
import { mistakenNames } from '../../../../src/core/text/mistaken-names';

describe('names that may be mistaken for one another', () => {
  const mistaken = (...names: string[]) => Object.fromEntries(mistakenNames(names));

  it('have the same leaf, or the same end and a difference before it', () => {
    expect(
      mistaken('bird-of-the-woods-07-full', 'fish-of-the-woods-07-full', 'bird-of-the-woods-08-full', 'bird-alone'),
    ).toEqual({
      'bird-of-the-woods-07-full': 'bird-of-the-woods-08-full',
      'fish-of-the-woods-07-full': 'bird-of-the-woods-08-full',
      'bird-of-the-woods-08-full': 'fish-of-the-woods-07-full',
    });
    expect(mistaken('Packages/Juice/Other', 'Packages/Milk/Other', 'Fruit/Apple/Royal-Gala')).toEqual({
      'Packages/Juice/Other': 'Packages/Milk/Other',
      'Packages/Milk/Other': 'Packages/Juice/Other',
    });
  });

  it('are none among short names, and names that end differently', () => {
    expect(mistaken('cat', 'hat', 'a/Other', 'b/Other')).toEqual({});
    expect(mistaken('a-flat-name-of-a-class', 'a-flat-name-of-a-thing')).toEqual({});
  });
});
