import { describe, expect, it } from 'vitest';
import { FIT, fitted, panned, trueScale, underLoupe, zoomTo } from '../../../../src/renderer/parts/zoom';

const box = { width: 400, height: 200 };

describe('the zoom of a picture', () => {
  it('knows the scale of the true size, also on a dense screen', () => {
    expect(trueScale(box, { width: 1600, height: 800 }, 1)).toBe(4);
    expect(trueScale(box, { width: 1600, height: 800 }, 2)).toBe(2);
    expect(trueScale(box, { width: 40, height: 10 }, 1)).toBeCloseTo(0.1);
    expect(trueScale(box, { width: 0, height: 0 }, 1)).toBe(1);
  });

  it('keeps the point under the pointer where it is', () => {
    const near = zoomTo(FIT, 4, 100, 50, box, 4);
    expect(near).toEqual({ scale: 4, left: -300, top: -150 });
    const back = zoomTo(near, 2, 100, 50, box, 4);
    expect((100 - back.left) / back.scale).toBeCloseTo(100);
  });

  it('has limits, and fits again when zoomed out', () => {
    expect(zoomTo(FIT, 1000, 0, 0, box, 4).scale).toBe(32);
    expect(zoomTo(zoomTo(FIT, 4, 399, 199, box, 4), 0.01, 7, 7, box, 4)).toEqual(FIT);
    expect(zoomTo(FIT, 0.1, 0, 0, box, 0.5)).toEqual({ scale: 0.5, left: 100, top: 50 });
  });

  it('moves only as far as the picture reaches', () => {
    const near = zoomTo(FIT, 2, 0, 0, box, 4);
    expect(panned(near, -150, -5000, box)).toEqual({ scale: 2, left: -150, top: -200 });
    expect(panned(near, 50, 50, box)).toEqual({ scale: 2, left: 0, top: 0 });
    expect(panned(FIT, 50, 50, box)).toEqual(FIT);
  });
});

describe('the loupe', () => {
  it('shows the place under the mouse in its middle, larger than it is shown without', () => {
    const near = zoomTo(FIT, 2, 100, 50, box, 4);
    const lens = underLoupe(near, 100, 50, 90, 4);
    expect(lens.scale).toBe(6);
    expect((90 - lens.left) / lens.scale).toBeCloseTo((100 - near.left) / near.scale);
    expect((90 - lens.top) / lens.scale).toBeCloseTo((50 - near.top) / near.scale);
  });

  it('shows at least the true size', () => {
    expect(underLoupe(FIT, 0, 0, 90, 8).scale).toBe(8);
  });
});

it('knows where a fitted picture ends in its box', () => {
  expect(fitted(box, { width: 100, height: 100 })).toEqual({ left: 100, top: 0, width: 200, height: 200 });
  expect(fitted(box, { width: 0, height: 0 })).toEqual({ left: 0, top: 0, width: 400, height: 200 });
});
