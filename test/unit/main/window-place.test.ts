import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { loadPlace, placeWindow, savePlace, type DisplayArea } from '../../../src/main/window-place';

const wide: DisplayArea = { x: 0, y: 25, width: 1920, height: 1055 };
const right: DisplayArea = { x: 1920, y: 0, width: 2560, height: 1440 };
const small: DisplayArea = { x: 0, y: 0, width: 1024, height: 600 };

describe('the place of the window', () => {
  it('is the centre of the main display at first', () => {
    expect(placeWindow(null, [wide, right])).toEqual({ x: 320, y: 143, width: 1280, height: 820, maximized: false });
  });

  it('is where the window was closed', () => {
    const left = { x: 2000, y: 100, width: 1500, height: 900, maximized: true };
    expect(placeWindow(left, [wide, right])).toEqual(left);
  });

  it('moves to the main display if its own display is gone', () => {
    const { x, y, width } = placeWindow({ x: 2000, y: 100, width: 1500, height: 900, maximized: false }, [wide]);
    expect([x, y, width]).toEqual([210, 103, 1500]);
  });

  it('fits a display that is smaller than the minimum size', () => {
    expect(placeWindow(null, [small])).toMatchObject({ x: 0, y: 0, width: 1024, height: 600 });
  });

  it('is always completely on one display', () => {
    const place = fc.record({
      x: fc.integer({ min: -5000, max: 9000 }),
      y: fc.integer({ min: -5000, max: 9000 }),
      width: fc.integer({ min: 1, max: 9000 }),
      height: fc.integer({ min: 1, max: 9000 }),
      maximized: fc.boolean(),
    });
    fc.assert(
      fc.property(place, (saved) => {
        const at = placeWindow(saved, [wide, right]);
        const on = [wide, right].some(
          (area) =>
            at.x >= area.x &&
            at.y >= area.y &&
            at.x + at.width <= area.x + area.width &&
            at.y + at.height <= area.y + area.height,
        );
        expect(on).toBe(true);
      }),
    );
  });

  it('is read back unchanged, and ignored if the file is invalid', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-place-'));
    const file = join(folder, 'window.json');
    expect(loadPlace(file)).toBeNull();
    const place = { x: 1, y: 2, width: 1200, height: 800, maximized: true };
    savePlace(file, place);
    expect(loadPlace(file)).toEqual(place);
    writeFileSync(file, '{"x":"left"}');
    expect(loadPlace(file)).toBeNull();
    rmSync(folder, { recursive: true });
  });
});
