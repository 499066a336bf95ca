/** The bars of a histogram as buttons, drawn with a width of 300 pixels. */
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { rangeOfBin } from '../../../../src/renderer/charts/bins';
import Histogram from '../../../../src/renderer/charts/Histogram.svelte';
import { inWindow } from '../support/mounted-window';

const histogram = {
  id: 'brightness',
  title: 'Brightness',
  unit: '',
  edges: [0, 8, 16, 24, 32],
  counts: [3, 0, 5, 1],
  log: false,
};

inWindow();
afterEach(() => vi.restoreAllMocks());

async function draw(open?: (bin: number) => void) {
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(300);
  const chart = mount(Histogram, { target: document.body, props: { histogram, ...(open && { open }) } });
  await tick();
  await tick();
  const bars = () => [...document.querySelectorAll<HTMLButtonElement>('button')];
  return { bars, remove: () => void unmount(chart) };
}

it('has a named button for each bar with images, and opens its bin', async () => {
  const opened: number[] = [];
  const { bars, remove } = await draw((bin) => opened.push(bin));
  expect(bars().map((bar) => bar.getAttribute('aria-label'))).toEqual([
    '0–8: 3 images. Show them',
    '16–24: 5 images. Show them',
    '24–32: 1 image. Show them',
  ]);
  for (const bar of bars()) bar.click();
  expect(opened).toEqual([0, 2, 3]);
  remove();
});

it('is one stop of the Tab key; the arrow keys move along the bars', async () => {
  const { bars, remove } = await draw(() => undefined);
  const stops = () => bars().map((bar) => bar.tabIndex);
  expect(stops()).toEqual([0, -1, -1]);
  const press = (key: string) => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    flushSync();
  };
  bars()[0]!.focus();
  press('ArrowRight');
  expect(document.activeElement).toBe(bars()[1]);
  expect(stops()).toEqual([-1, 0, -1]);
  press('End');
  expect(document.activeElement).toBe(bars()[2]);
  press('ArrowRight');
  expect(document.activeElement).toBe(bars()[2]);
  remove();
});

it('has no buttons where nothing can be opened', async () => {
  const { bars, remove } = await draw();
  expect(document.querySelectorAll('.bar')).toHaveLength(3);
  expect(bars()).toEqual([]);
  remove();
});

it('has no outer limit in its first and last bin, which also count what is beyond the axis', () => {
  expect([0, 1, 3].map((bin) => rangeOfBin(histogram, bin))).toEqual([
    { from: null, to: 8 },
    { from: 8, to: 16 },
    { from: 24, to: null },
  ]);
  expect(rangeOfBin({ edges: [128, 128], log: true }, 0)).toEqual({ from: 128, to: null });
});
