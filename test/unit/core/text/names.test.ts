/** Names in sentences. */
import { describe, expect, it } from 'vitest';
import { named, quoted, shownPath, unbroken } from '../../../../src/core/text/names';

describe('a name in quotation marks', () => {
  it('stays as it is in scripts that are written from left to right', () => {
    expect(quoted('Größe/ü')).toBe('“Größe/ü”');
    expect(quoted('日本の猫')).toBe('“日本の猫”');
    expect(quoted('')).toBe('the top folder');
  });

  it('is isolated if it is written from right to left, so that what follows keeps its place', () => {
    const [cat, dog] = ['חתול', 'كلب'];
    expect(named([cat, dog].map(quoted))).toBe(`“\u2068${cat}\u2069” and “\u2068${dog}\u2069”`);
    expect(quoted(`Animals/${cat} 3`)).toBe(`“\u2068Animals/${cat} 3\u2069”`);
  });
});

it('a path keeps its folders in their order, each in its own direction', () => {
  expect(shownPath('train/cat/3.png')).toBe('train/cat/3.png');
  expect(shownPath('train/חתול/3.png')).toBe('train/\u2068חתול\u2069/3.png');
});

it('a percentage and a ratio in a sentence stay on one line', () => {
  expect(unbroken('400 of “0” to 3 of “9” (133 : 1): 22 % of all')).toBe(
    '400 of “0” to 3 of “9” (133\u00a0:\u00a01): 22\u00a0% of all',
  );
  expect(unbroken('2 images (< 0.1 %)')).toBe('2 images (<\u00a00.1\u00a0%)');
});
