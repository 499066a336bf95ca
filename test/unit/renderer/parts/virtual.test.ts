import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_HEIGHT,
  gridShape,
  mostRows,
  moveInGrid,
  scrollToRow,
  visibleRows,
} from '../../../../src/renderer/parts/virtual';

describe('the shape of a grid', () => {
  it('has as many tiles per row as fit and distributes the remaining width', () => {
    expect(gridShape({ count: 100, width: 868, tile: 128, gap: 8, caption: 36 })).toEqual({
      columns: 6,
      rows: 17,
      tileWidth: 138,
      rowHeight: 182,
    });
  });

  it('has one column if not even one tile fits', () => {
    expect(gridShape({ count: 3, width: 40, tile: 128, gap: 8, caption: 0 })).toMatchObject({
      columns: 1,
      rows: 3,
      tileWidth: 40,
    });
  });

  it('has no row without images', () => {
    expect(gridShape({ count: 0, width: 800, tile: 128, gap: 8, caption: 0 }).rows).toBe(0);
  });
});

describe('the visible rows', () => {
  const spec = { rows: 1000, rowHeight: 26, viewport: 260, overscan: 2 };

  it('include a few rows beyond the visible part', () => {
    expect(visibleRows({ ...spec, scrollTop: 2600 })).toEqual({ height: 26_000, first: 98, last: 112, top: 98 * 26 });
  });

  it('are always within the list', () => {
    fc.assert(
      fc.property(
        fc.nat(3_000_000),
        fc.integer({ min: 10, max: 400 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, rowHeight, viewport, share) => {
          const height = Math.min(rows * rowHeight, MAX_HEIGHT);
          const scroll = visibleRows({
            rows,
            rowHeight,
            viewport,
            overscan: 3,
            scrollTop: share * Math.max(0, height - viewport),
          });
          expect(scroll.height).toBeLessThanOrEqual(MAX_HEIGHT);
          expect(scroll.first).toBeGreaterThanOrEqual(0);
          expect(scroll.last).toBeLessThanOrEqual(rows);
          expect(scroll.last - scroll.first).toBeLessThanOrEqual(mostRows({ rowHeight, viewport, overscan: 3 }));
        },
      ),
    );
  });

  it('include the last row of a list that is taller than a browser can lay out', () => {
    const long = { rows: 1_000_000, rowHeight: 200, viewport: 600, overscan: 0 };
    const end = visibleRows({ ...long, scrollTop: MAX_HEIGHT - 600 });
    expect(end.last).toBe(1_000_000);
    expect(end.top + (end.last - end.first) * 200).toBeCloseTo(MAX_HEIGHT, 3);
  });
});

describe('scrolling to a row', () => {
  const spec = { rows: 100, rowHeight: 50, viewport: 200, overscan: 0 };

  it('moves as little as possible', () => {
    expect(scrollToRow(1, { ...spec, scrollTop: 100 })).toBe(50);
    expect(scrollToRow(3, { ...spec, scrollTop: 100 })).toBe(100);
    expect(scrollToRow(9, { ...spec, scrollTop: 100 })).toBe(300);
  });

  it('shows the row in a list that is scrolled proportionally', () => {
    const long = { rows: 1_000_000, rowHeight: 200, viewport: 600, overscan: 0, scrollTop: 0 };
    const scrollTop = scrollToRow(777_777, long);
    const shown = visibleRows({ ...long, scrollTop });
    expect(shown.first).toBeLessThanOrEqual(777_777);
    expect(shown.last).toBeGreaterThan(777_777);
  });
});

describe('keys in a grid', () => {
  const grid = { count: 10, columns: 4, pageRows: 2 };

  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 1, 5],
    ['ArrowDown', 7, 9],
    ['ArrowDown', 9, 9],
    ['ArrowUp', 2, 2],
    ['ArrowUp', 6, 2],
    ['PageDown', 1, 9],
    ['PageUp', 9, 1],
    ['Home', 7, 0],
    ['End', 0, 9],
  ])('%s from %i goes to %i', (key, from, to) => {
    expect(moveInGrid(key, from, grid)).toBe(to);
  });

  it('ignore other keys and empty grids', () => {
    expect(moveInGrid('a', 0, grid)).toBeNull();
    expect(moveInGrid('End', 0, { ...grid, count: 0 })).toBeNull();
  });
});
