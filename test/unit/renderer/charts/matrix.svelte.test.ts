/** The confusion matrix with nested and with many classes. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import Matrix from '../../../../src/renderer/charts/Matrix.svelte';
import { followed, placeAt, placedCells } from '../../../../src/renderer/charts/matrix';
import { inWindow, press, text } from '../support/mounted-window';

inWindow();

const cell = (given: number, predicted: number, count: number) => ({ given, predicted, count });
const NESTED = ['Fruit/Apple/Gala', 'Fruit/Apple/Fuji', 'Fruit/Pear/Anjou', 'Vegetables/Leek', 'Vegetables/Pepper/Red'];
const CELLS = [cell(0, 0, 5), cell(0, 1, 2), cell(1, 1, 9), cell(2, 2, 7), cell(3, 3, 4), cell(3, 0, 3), cell(4, 4, 6)];
let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  stop = undefined;
  vi.restoreAllMocks();
});

function draw(classes: readonly string[], cells: readonly ReturnType<typeof cell>[]) {
  const open = vi.fn<(given: number, predicted: number) => void>();
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(484);
  const matrix = mount(Matrix, { target: document.body, props: { classes, cells, caption: 'Rows: label.', open } });
  stop = () => void unmount(matrix);
  flushSync();
  return open;
}

const rows = () => text('tbody th').map((name) => name.trim());

describe('a confusion matrix of nested classes', () => {
  it('sums them by their upper levels, and opens a cell of groups as the classes in it', async () => {
    const open = draw(NESTED, CELLS);
    await press('Level 1');
    expect(rows()).toEqual(['Fruit', 'Vegetables']);
    await press('3 images given Vegetables, predicted Fruit');
    expect(rows()).toEqual(NESTED);
    expect(open).not.toHaveBeenCalled();
    await press('Back');
    await press('23 images given Fruit, predicted Fruit');
    expect(rows()).toEqual(NESTED.slice(0, 3));
    // Two of the 7 Galas are Fujis; recall is that of the whole class also in a part.
    expect(text('tbody .recall')).toEqual(['71 %', '100 %', '100 %']);
    await press('2 images given Fruit/Apple/Gala');
    expect(open).toHaveBeenCalledExactlyOnceWith(0, 1);
  });

  it('lists the most confused pairs with their share and its interval', () => {
    draw(NESTED, CELLS);
    expect(text('[aria-label="Most confused pairs"] button')).toEqual([
      'Vegetables/Leek Fruit/Apple/Gala 343 % (16 %–75 %)',
      'Fruit/Apple/Gala Fruit/Apple/Fuji 229 % (8.2 %–64 %)',
    ]);
  });

  it('puts confused classes side by side, and back into class order', async () => {
    draw(NESTED, CELLS);
    await press('By confusion');
    const places = rows();
    expect(Math.abs(places.indexOf('Vegetables/Leek') - places.indexOf('Fruit/Apple/Gala'))).toBe(1);
    await press('Class order');
    expect(rows()).toEqual(NESTED);
  });
});

describe('a confusion matrix of a thousand classes', () => {
  const many = Array.from({ length: 1000 }, (_, at) => `class ${at}`);
  const cells = many.flatMap((_, at) => [cell(at, at, 9), cell(at, (at + 1) % 1000, 1 + (at % 5))]);

  it('is one picture, with only the visible pairs in the document', () => {
    draw(many, cells);
    expect(document.querySelectorAll('table')).toHaveLength(0);
    const listed = document.querySelectorAll('[aria-label="Most confused pairs"] button').length;
    expect(listed).toBeGreaterThan(5);
    expect(listed).toBeLessThan(60);
  });

  it('finds the pairs of a class by a part of its name, and opens one', async () => {
    const open = draw(many, cells);
    const field = document.querySelector<HTMLInputElement>('[aria-label="Find a class in the pairs"]')!;
    field.value = 'class 777';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    const found = document.querySelectorAll<HTMLElement>('[aria-label="Most confused pairs"] button');
    expect(found).toHaveLength(2);
    found[0]!.click();
    expect(open).toHaveBeenCalledExactlyOnceWith(777, 778);
    await press('Class order');
  });
});

describe('the place under the pointer', () => {
  const placed = placedCells([2, 0, 1], [cell(2, 2, 4), cell(0, 1, 8)]);

  it('is the cell in the shown order', () => {
    expect(placeAt(25, 15, 10, 3, placed)).toEqual({ row: 1, column: 2 });
    expect(placeAt(31, 15, 10, 3, placed)).toBeNull();
  });

  it('is the fullest cell near it where cells are small', () => {
    expect(placeAt(1.1, 1.1, 1, 3, placed)).toEqual({ row: 1, column: 2 });
  });
});

describe('the zoom of a matrix whose images are counted again', () => {
  const [before, after] = [
    ['a', 'b', 'c', 'd'],
    ['d', 'c', 'b', 'a', 'e'],
  ];

  it('keeps the class in the middle, and the width of the cells', () => {
    // Cells of 50 px; row c and column b are in the middle of 100 px.
    expect(followed({ scale: 2, left: -25, top: -75 }, before, after, 100)).toEqual({
      scale: 2.5,
      left: -75,
      top: -25,
    });
  });

  it('keeps the nearest class if the one in the middle is gone', () => {
    expect(followed({ scale: 2, left: -25, top: -75 }, before, ['x', 'd', 'a'], 100)).toMatchObject({ top: -25 });
    expect(followed({ scale: 2, left: -25, top: -75 }, before, ['x'], 100)).toMatchObject({ scale: 1, left: -25 });
  });
});

describe('a confusion matrix of hundreds of classes', () => {
  it('lists the pairs at once and draws the cells as soon as their order is computed', async () => {
    const names = Array.from({ length: 400 }, (_, k) => `class ${String(k).padStart(3, '0')}`);
    const open = draw(
      names,
      [...names.keys()].flatMap((k) => [cell(k, k, 5), cell(k, (k + 200) % 400, 2)]),
    );
    expect(document.querySelectorAll('[aria-label="Most confused pairs"] button').length).toBeGreaterThan(0);
    expect(document.querySelector('[role="application"]')).toBeNull();
    await expect.poll(() => document.querySelector('[role="application"]')).not.toBeNull();
    const map = document.querySelector('[role="application"]')!;
    for (const key of ['ArrowRight', 'Enter']) map.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    // The first cell: classes that are confused with each other are neighbours.
    expect(open).toHaveBeenCalledExactlyOnceWith(0, 0);
  });
});
