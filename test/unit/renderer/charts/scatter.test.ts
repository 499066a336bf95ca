import { describe, expect, it } from 'vitest';
import { fitting, inPolygon, nearest, outlineOf, zoomed, byGroup } from '../../../../src/renderer/charts/scatter';

describe('a scatter plot', () => {
  const x = Float32Array.of(0, 10, 5);
  const y = Float32Array.of(0, 20, 10);
  const size = { width: 400, height: 448 };

  it('fits all points with a margin and equal scales', () => {
    const view = fitting(x, y, size);
    expect(view.scale).toBe(20);
    expect([view.left, view.top]).toEqual([100, 24]);
    expect(fitting(new Float32Array(), new Float32Array(), size)).toEqual({ scale: 1, left: 200, top: 224 });
  });
  it('keeps the point under the pointer in place while zooming', () => {
    const view = fitting(x, y, size);
    const closer = zoomed(view, 2, 200, 224);
    expect(closer.left + closer.scale * 5).toBeCloseTo(view.left + view.scale * 5);
    expect(closer.scale).toBe(40);
  });
  it('treats a straight drag as the diagonal of a rectangle, and any other drag as a lasso', () => {
    expect(outlineOf([0, 0, 20, 21, 40, 40])).toEqual([0, 0, 40, 0, 40, 40, 0, 40]);
    const ring = [0, 0, 40, 0, 40, 40, 0, 40, 2, 2];
    expect(outlineOf(ring)).toEqual(ring);
    const bow = [0, 0, 30, 10, 40, 40];
    expect(outlineOf(bow)).toEqual(bow);
    expect(outlineOf([5, 5])).toEqual([5, 5]);
  });

  it('finds which points are inside a lasso', () => {
    const square = [0, 0, 10, 0, 10, 10, 0, 10];
    expect(inPolygon(5, 5, square)).toBe(true);
    expect(inPolygon(15, 5, square)).toBe(false);
  });
  it('finds the nearest point within reach', () => {
    const view = fitting(x, y, size);
    expect(nearest(x, y, view, 203, 226, 8)).toBe(2);
    expect(nearest(x, y, view, 260, 226, 8)).toBe(-1);
  });
});

it('orders points by their groups, and keeps their own order within a group', () => {
  const groups = [2, 0, 2, 1, 0];
  expect([...byGroup(5, 4, (point) => groups[point]!)]).toEqual([1, 4, 3, 0, 2]);
  expect([...byGroup(0, 1, () => 0)]).toEqual([]);
});
