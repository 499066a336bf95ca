/** The chart of a net's predictions, drawn with a width of 300 pixels. */
import { mount, tick, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import Bands from '../../../../src/renderer/charts/Bands.svelte';
import { inWindow } from '../support/mounted-window';

const WIDTH = 300;
const LONG = 'a very long class name of somebody who writes whole sentences into folders';

inWindow();
afterEach(() => vi.restoreAllMocks());

async function draw(names: readonly [string, string], step: number) {
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(WIDTH);
  const looks = [{ step, shares: [0.97, 0.03] }];
  const chart = mount(Bands, {
    target: document.body,
    props: { title: 'What it predicts', classes: names, looks, steps: 400 },
  });
  await tick();
  await tick();
  const number = (element: Element | null, name: string) => Number(element?.getAttribute(name));
  const bands = [...document.querySelectorAll('rect[fill]')];
  const label = document.querySelector('foreignObject');
  const drawn = {
    named: [...document.querySelectorAll('foreignObject')].map((one) => one.textContent),
    titles: bands.map((band) => band.textContent),
    bandsStart: number(bands[0] ?? null, 'x'),
    bandsEnd: number(bands[0] ?? null, 'x') + number(bands[0] ?? null, 'width'),
    names: [number(label, 'x'), number(label, 'x') + number(label, 'width')],
  };
  void unmount(chart);
  return drawn;
}

describe("the bands of a net's predictions", () => {
  it('are equally wide for long and short class names, and their titles give the whole name', async () => {
    const [short, long] = [await draw(['0', '1'], 400), await draw([LONG, 'b'], 400)];
    expect(long.bandsEnd).toBe(short.bandsEnd);
    expect(WIDTH - long.bandsEnd).toBeLessThanOrEqual(12);
    expect(long.titles).toEqual([LONG, 'b']);
  });

  it('show the names that fit, at their right end', async () => {
    const { named, names, bandsEnd } = await draw([LONG, 'b'], 400);
    expect(named).toEqual([LONG]);
    expect(bandsEnd - (names[1] ?? 0)).toBeGreaterThanOrEqual(0);
    expect(bandsEnd - (names[1] ?? 0)).toBeLessThan(8);
  });

  it('keep the names off the axis if training ended early', async () => {
    const [long, short] = [await draw([LONG, 'b'], 4), await draw(['0', '1'], 4)];
    expect(long.names[0]).toBeGreaterThanOrEqual(short.bandsStart);
  });
});
