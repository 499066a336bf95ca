import { describe, expect, it } from 'vitest';
import { alikeClassesCheck } from '../../../../src/core/checks/alike-classes';
import { classes, only, row, run } from './rows';

/** Rows of `train` and `test` with the given classes. */
const inSplits = (train: Record<string, number>, test: Record<string, number>) => [
  ...classes(train, 0, () => ({ split: 'train' })),
  ...classes(test, 1000, () => ({ split: 'test' })),
];

describe('classes that may be one', () => {
  it.each([
    [['cat', 'Cat', 'CAT'], 'upper and lower case'],
    [['cat', 'cat '], 'blanks'],
    [['cats', 'cats (1)'], 'what systems add to the name of a copied folder'],
    [['dogs - Copy', 'dogs'], 'what systems add to the name of a copied folder'],
    [['Copy of Dogs', 'dogs'], 'upper and lower case and what systems add to the name of a copied folder'],
    [['cats', 'cat'], 'singular and plural'],
    [['strawberry', 'strawberries'], 'singular and plural'],
    [['glass', 'glasses'], 'singular and plural'],
    [['fox', 'foxes'], 'singular and plural'],
    [['Brown-Cap', 'brown cap'], 'upper and lower case and blanks, dashes or underscores between words'],
    [['ch\u00eane', 'che\u0302ne'], 'the Unicode form of their letters'],
    [['dog', 'do\u200bg'], 'characters that cannot be seen'],
    [['Fruit/Apple', 'fruit/apple'], 'upper and lower case'],
  ])('names %j, which differ in %s', (names, difference) => {
    const found = only(
      run(alikeClassesCheck, classes(Object.fromEntries([...names, 'boat'].map((name) => [name, 5])))),
    );
    expect(found.classes).toEqual([...names].sort());
    expect(found.title).toContain(`may be one: their names differ only in ${difference}.`);
    expect(found.value).toBe(names.length * 5);
  });

  it('names the same innermost folder in another place, and the splits', () => {
    const found = only(
      run(
        alikeClassesCheck,
        inSplits(
          { 'Vegetables/Mushroom/Brown-Cap-Mushroom': 5, 'Fruit/Apple': 5 },
          { 'Vegetables/Brown-Cap-Mushroom': 3, 'Fruit/Apple': 3 },
        ),
      ),
    );
    expect(found.title).toBe(
      'The classes “Vegetables/Brown-Cap-Mushroom” and “Vegetables/Mushroom/Brown-Cap-Mushroom” may be one: their names differ only in the folders around the innermost one; “Vegetables/Brown-Cap-Mushroom” is only in test and “Vegetables/Mushroom/Brown-Cap-Mushroom” is only in train.',
    );
    expect(found.evidence.tables?.[0]?.rows).toEqual([
      ['“Vegetables/Brown-Cap-Mushroom”', 3, 0, 3],
      ['“Vegetables/Mushroom/Brown-Cap-Mushroom”', 5, 5, 0],
    ]);
  });

  it('names cat and cats in different splits', () => {
    expect(only(run(alikeClassesCheck, inSplits({ cat: 5, dog: 5 }, { cats: 3, dog: 3 }))).title).toContain(
      '“cat” is only in train and “cats” is only in test',
    );
  });

  it.each([
    ['other words', ['cat', 'dog', 'car', 'cart']],
    ['letters of an alphabet', ['a', 'A', 'b', 'B']],
    ['numbered names of which none is without a number', ['shape (1)', 'shape (2)', 'wing (1)']],
    ['numbers', ['class1', 'class2', '1', '11']],
    ['words that end in s', ['bus', 'bu', 'lens', 'len', 'grass', 'gras']],
    ['a state of many things', ['bottle/good', 'cable/good', 'pill/good', 'bottle/broken']],
    ['the same leaf of two other things', ['fruit/ripe', 'vegetable/ripe']],
  ])('says nothing of %s', (_, names) => {
    expect(run(alikeClassesCheck, classes(Object.fromEntries(names.map((name) => [name, 5]))))).toEqual([]);
  });

  it('says nothing of a folder without images', () => {
    expect(
      run(alikeClassesCheck, [row(1, { className: 'cat' }), row(2, { className: 'dog' })], {
        listing: { otherFiles: [], emptyClasses: [{ className: 'cats', split: null }] },
      }),
    ).toEqual([]);
  });
});
