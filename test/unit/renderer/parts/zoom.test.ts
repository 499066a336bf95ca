import { describe, expect, it } from 'vitest';
import { FIT, panned, trueScale, zoomTo } from '../../../../src/renderer/parts/zoom';

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
