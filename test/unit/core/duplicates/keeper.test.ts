import { describe, expect, it } from 'vitest';
import { chooseKeeper } from '../../../../src/core/duplicates/keeper';
import type { Outcome } from '../../../../src/core/review/outcome';
import { image } from '../exports/samples';
import { plainFacts } from '../plain-facts';

const untouched = new Map<number, Outcome>();

describe('the keeper of a duplicate group', () => {
  const test = { ...image(1, 'test/cat/large.png', 'cat'), split: 'test' };
  const train = { ...image(2, 'training/cat/small.png', 'cat'), split: 'training' };
  const size = (width: number) => ({ ...plainFacts, width, height: width });

  it('is the training copy, even where another is larger', () => {
    expect(
      chooseKeeper(
        [
          { ...test, facts: size(900) },
          { ...train, facts: size(30) },
        ],
        untouched,
        null,
      ).id,
    ).toBe(2);
  });

  it('is the copy in the split that leaks move to, if one was chosen', () => {
    expect(chooseKeeper([test, train], untouched, 'test').id).toBe(1);
  });

  it('has the label of most copies, in any split', () => {
    const odd = { ...train, className: 'dog' };
    expect(chooseKeeper([odd, test, { ...test, id: 3, path: 'test/cat/b.png' }], untouched, null).className).toBe(
      'cat',
    );
  });

  it('is the larger image within a split', () => {
    expect(
      chooseKeeper(
        [
          { ...train, facts: size(30) },
          { ...train, id: 5, path: 'training/cat/z.png', facts: size(60) },
        ],
        untouched,
        null,
      ).id,
    ).toBe(5);
  });
});
