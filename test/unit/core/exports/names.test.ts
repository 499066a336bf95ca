import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileStem, nameKey, safeName, uniqueNames } from '../../../../src/core/exports/names';

describe('safeName', () => {
  it.each([
    ['cat', 'cat'],
    ['a/b', 'a__b'],
    ['../up', '_.__up'],
    ['con', '_con'],
    ['COM1.txt', '_COM1.txt'],
    ['trailing. ', 'trailing_'],
    ['.hidden', '_hidden'],
    ['', '_'],
    ['a:b*c?', 'a_b_c_'],
    ['tab\tnull\0', 'tab_null_'],
    ['e\u0301', 'é'],
    ['日本 猫', '日本 猫'],
    ['\\xff', '_xff'],
  ])('makes %j into %j', (from, to) => {
    expect(safeName(from)).toBe(to);
  });
  it('gives one path component that every system accepts, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const name = safeName(text);
        expect(name).not.toMatch(/[<>:"|?*\\/\p{Cc}]|^[. ]|[. ]$|^$/u);
        expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(245);
      }),
    );
  });
});

describe('uniqueNames', () => {
  it('numbers names that differ only by case or by how an accent is written', () => {
    const unique = uniqueNames();
    expect([
      unique('Cat', '.jpg'),
      unique('cat', '.JPG'),
      unique('cat_2', '.jpg'),
      unique('é'),
      unique('e\u0301'),
    ]).toEqual(['Cat.jpg', 'cat_2.JPG', 'cat_2_2.jpg', 'é', 'e\u0301_2']);
  });
  it('never gives two names that some file system treats as equal', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'A', 'a_2', 'A_2', 'a_3', 'b')), (stems) => {
        const unique = uniqueNames();
        const names = stems.map((stem) => nameKey(unique(stem, '.png')));
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});

describe('fileStem', () => {
  it('has the extension of the content, but keeps an extension that fits', () => {
    expect(fileStem('a/b.JPEG', 'jpeg')).toEqual({ stem: 'b', ending: '.JPEG' });
    expect(fileStem('a/b.jpg', 'png')).toEqual({ stem: 'b', ending: '.png' });
    expect(fileStem('a/b', 'png')).toEqual({ stem: 'b', ending: '.png' });
    expect(fileStem('a/v1.2', 'webp')).toEqual({ stem: 'v1.2', ending: '.webp' });
    expect(fileStem('.jpg', 'jpeg')).toEqual({ stem: '_jpg', ending: '.jpg' });
  });
});
