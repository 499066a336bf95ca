import { describe, expect, it } from 'vitest';
import { fittedName } from '../../../../src/renderer/parts/name-fit';
import { fileNameParts, nameParts } from '../../../../src/renderer/parts/name-parts';

/** Every UTF-16 unit is 10 px wide, the dots are 20. */
const fitted = (name: string, room: number) =>
  fittedName(nameParts(name)!, { room, dots: 20, of: (from, to) => 10 * (to - from) });

describe('a name in a place that is too narrow', () => {
  it('is whole where it fits, also if it seems to miss by less than a pixel', () => {
    expect(fitted('Packages/Juice/Apple', 200)).toBeNull();
    expect(fitted('Packages/Juice/Apple', 199.5)).toBe('Packages/Juice/Apple');
  });

  it('loses its levels first, from their end', () => {
    expect(fitted('Packages/Juice/Apple', 198)).toBe('Packages/Jui…Apple');
    expect(fitted('Packages/Juice/Apple', 80)).toBe('P…Apple');
    expect(fitted('Packages/Juice/Apple', 79)).toBe('…Apple');
    expect(fitted('Packages/Juice/Apple', 69)).toBe('Apple');
  });

  it('then loses the end of its start, but never the first letter or the end', () => {
    expect(fitted('Packages/Juice/Bravo-Orange-Juice', 175)).toBe('Bravo-Oran…Juice');
    expect(fitted('Packages/Juice/Bravo-Orange-Juice', 20)).toBe('B…Juice');
    expect(fitted('a-flat-name-of-a-class', 165)).toBe('a-flat-na…class');
    expect(fitted('Food/منتجات-الألبان-الطازجة', 100)).toBe('منتجات-ا…');
  });

  it('never cuts a letter of several characters', () => {
    expect(fitted('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦-family', 250)).toBe('👩‍👩‍👧‍👦…amily');
  });

  it('keeps the ending of a file', () => {
    const parts = fileNameParts('photo-of-a-cat_0001.jpeg')!;
    expect(fittedName(parts, { room: 150, dots: 20, of: (from, to) => 10 * (to - from) })).toBe('pho…_0001.jpeg');
  });
});
