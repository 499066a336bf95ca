import { describe, expect, it } from 'vitest';
import { fileNameParts, nameDirection, nameParts, shortName } from '../../../../src/renderer/parts/name-parts';

const joined = (name: string, beside?: string) => {
  const parts = nameParts(name, beside);
  return parts === null ? null : [parts.levels, parts.start, parts.end];
};

describe('a name that is cut in the middle', () => {
  it('keeps short names whole', () => {
    expect(nameParts('cat')).toBeNull();
    expect(nameParts('Fruit/Apple')).toBeNull();
  });

  it('cuts the levels above first, then the middle of a long leaf', () => {
    expect(joined('Packages/Juice/Apple')).toEqual(['Packages/Juice/', 'Apple', '']);
    expect(joined('Packages/Juice/Bravo-Orange-Juice')).toEqual(['Packages/Juice/', 'Bravo-Orange-', 'Juice']);
    expect(joined('a-flat-name-of-a-class')).toEqual(['', 'a-flat-name-of-a-', 'class']);
  });

  it('keeps the level that differs from a name with the same leaf', () => {
    expect(joined('Packages/Juice/Other', 'Packages/Milk/Other')).toEqual(['Packages/', 'Juice/', 'Other']);
    expect(joined('Packages/Juice/Other', 'Other')).toEqual(['Packages/', 'Juice/', 'Other']);
    expect(joined('Packages/Juice/Other', 'Packages/Juice/Other')).toEqual(['Packages/Juice/', 'Other', '']);
  });

  it('keeps the letter that differs from another name, if it is near the end', () => {
    const one = 'Packages/bird-of-the-woods-07-full';
    expect(joined(one, 'Packages/bird-of-the-woods-08-full')).toEqual(['Packages/', 'bird-of-the-woods-0', '7-full']);
    expect(joined(one, 'Packages/bird-of-the-woods-17-full')).toEqual(['Packages/', 'bird-of-the-woods-', '07-full']);
    expect(joined(one, 'Packages/fish-of-the-woods-07-full')).toEqual(['Packages/', 'bird-of-the-woods-07', '-full']);
    expect(joined('a-07-full', 'b-17-full-of-fish')).toBeNull();
  });

  it('never cuts a letter, and no word of joined letters', () => {
    expect(joined('fête-de-la-musique-cafe\u0301')?.[2]).toBe('-cafe\u0301');
    expect(joined('منتجات-الألبان-الطازجة')).toEqual(['', 'منتجات-الألبان-الطازجة', '']);
  });

  it('keeps the ending of a file, and the letters before it', () => {
    const parts = (name: string, beside?: string) => {
      const cut = fileNameParts(name, beside);
      return cut && [cut.levels, cut.start, cut.end];
    };
    expect(parts('000000_7.jpg')).toBeNull();
    expect(parts('photo-of-a-cat_0001.jpeg')).toEqual(['', 'photo-of-a-cat', '_0001.jpeg']);
    expect(parts('photo-1-of-a-cat.jpeg', 'photo-2-of-a-cat.jpeg')).toEqual(['', 'photo-', '1-of-a-cat.jpeg']);
    expect(parts('photo-of-a-cat_0001.jpeg', 'photo-of-a-cat_0001.png')).toEqual(['', 'photo-of-a-cat', '_0001.jpeg']);
    expect(parts('photograph without ending')).toEqual(['', 'photograph without e', 'nding']);
    expect(parts('holiday.photograph')).toEqual(['', 'holiday.photo', 'graph']);
  });

  it('gives menus a text of limited length that keeps the leaf', () => {
    expect(shortName('Packages/Juice/Bravo', 40)).toBe('Packages/Juice/Bravo');
    expect(shortName('Packages/Juice/Bravo', 12)).toBe('Packag…Bravo');
    expect(shortName('Packages/Juice/Bravo-Orange-Juice', 12)).toBe('Bravo-…Juice');
  });
});

describe('the direction of a name', () => {
  it('is that of its leaf', () => {
    expect(nameDirection('Fruit/Apple')).toBe('ltr');
    expect(nameDirection('مواد غذائية/Brown-Cap-Mushroom')).toBe('ltr');
    expect(nameDirection('Food/12 تفاح')).toBe('rtl');
    expect(nameDirection('123')).toBe('ltr');
  });
});
