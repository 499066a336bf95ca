import { expect, it } from 'vitest';
import { previewPlace } from '../../../../src/renderer/parts/preview-place';

const screen = { width: 1100, height: 700 };
const picture = (left: number, top: number) => ({ left, top, right: left + 60, bottom: top + 60 });

it('enlarges beside the picture, where there is more room', () => {
  expect(previewPlace(picture(900, 300), screen)).toEqual({ left: 572, top: 170, side: 320 });
  expect(previewPlace(picture(100, 300), screen)).toEqual({ left: 168, top: 170, side: 320 });
});

it('stays inside the window', () => {
  expect(previewPlace(picture(100, 4), screen).top).toBe(8);
  expect(previewPlace(picture(100, 690), screen).top).toBe(700 - 8 - 320);
});

it('is smaller where there is little room, and does not cover the picture', () => {
  expect(previewPlace({ left: 200, right: 300, top: 0, bottom: 100 }, { width: 500, height: 700 })).toMatchObject({
    left: 308,
    side: 184,
  });
  expect(previewPlace(picture(900, 0), { width: 1100, height: 200 })).toMatchObject({ top: 8, side: 184 });
});
