import { expect, it } from 'vitest';
import { shiftInto } from '../../../../src/renderer/parts/popover-place';

const view = { left: 200, right: 1000 };

it('moves a popover into the view that would cut it off', () => {
  expect(shiftInto(view, { left: 120, right: 500 })).toBe(88);
  expect(shiftInto(view, { left: 700, right: 1080 })).toBe(-88);
});

it('leaves a popover that is inside where it is', () => {
  expect(shiftInto(view, { left: 300, right: 680 })).toBe(0);
});

it('shows the beginning of a popover that is too wide', () => {
  expect(shiftInto(view, { left: 100, right: 1100 })).toBe(108);
});
