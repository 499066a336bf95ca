/** Class names that differ only in their middle, in tiles and lists. */
import { beforeEach, expect, it, vi } from 'vitest';
import { inWindow, openWindow, press, settled } from '../support/mounted-window';
import { scenario } from '../support/scenario';

inWindow();
// jsdom has no layout: without a size, a list has no tiles.
beforeEach(() => {
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800);
});

const nameOf = (k: number): string => `bird-of-the-woods-${k}-full`;
const classes = [7, 8, 9].map((k) => ({ name: nameOf(k), count: 2 }));

/** What is never cut away of the class names. */
const kept = (selector: string): string[] =>
  [...document.querySelectorAll(`${selector} [data-text]:last-child`)]
    .map((one) => one.getAttribute('data-text') ?? '')
    .filter((text) => text.endsWith('-full'));

it('keep the part that differs', async () => {
  const { session } = await openWindow(scenario({ name: 'birds', classes }));
  session.go('gallery');
  await settled();
  expect(new Set(kept('[role="option"]'))).toEqual(new Set(['7-full', '8-full', '9-full']));
  await press('Class: All classes');
  expect(kept('[role="group"][aria-label="classes"]')).toEqual(['7-full', '8-full', '9-full']);
  const titles = [...document.querySelectorAll('[role="group"][aria-label="classes"] label')].map((one) =>
    one.getAttribute('title'),
  );
  expect(titles).toEqual([7, 8, 9].map(nameOf));
});
