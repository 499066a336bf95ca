/** What a page of the gallery shows, measured in the page itself. */
import type { Page } from '@playwright/test';
import { figure, median } from './figures.ts';
import { longest, quietestRound, spread, type Frames, type Gesture } from './frames.ts';

const FRAME_MS = 50;
/** Rounds of each way of scrolling. */
const ROUNDS = 5;
const GESTURES: Readonly<Record<Gesture, string>> = { wheel: 'by the wheel', bar: 'by the bar, through all' };

export const GRID = '[role=listbox][aria-label=Images]';
/** Milliseconds until every visible tile shows its picture. Runs in the page. */
export const PICTURES = `(async () => {
  const from = performance.now();
  const grid = document.querySelector('${GRID}');
  const inSight = (tile) => { const [one, all] = [tile, grid].map((element) => element.getBoundingClientRect()); return one.bottom > all.top && one.top < all.bottom; };
  const done = (tile) => tile.ariaLabel !== 'Loading' && [...tile.querySelectorAll('img')].every((image) => image.complete);
  for (;;) {
    const tiles = [...grid.querySelectorAll('[role=option]')].filter(inSight);
    if (tiles.length > 0 && tiles.every(done)) return performance.now() - from;
    await new Promise((next) => requestAnimationFrame(next));
  }
})()`;

/**
 * Milliseconds from `act` until the list shows something else, with every picture in sight. Runs in the page.
 * @param act an expression that filters or sorts
 */
export function untilShown(act: string): string {
  return `(async () => {
  const state = () => document.querySelector('main footer')?.textContent + (document.querySelector('${GRID} [role=option]')?.ariaLabel ?? '');
  const [before, from] = [state(), performance.now()];
  ${act};
  while (state() === before) await new Promise((next) => requestAnimationFrame(next));
  await ${PICTURES};
  return performance.now() - from;
})()`;
}

/** Pixels that the list has in all. */
export function lengthOf(page: Page): Promise<number> {
  return page.evaluate<number>(`document.querySelector('${GRID}').scrollHeight`);
}

function longests(rounds: readonly Frames[]): string {
  return rounds.map((round) => longest(round).toFixed(0)).join(', ');
}

/**
 * Scrolls the gallery and the bare page in turn, and prints the frames of both.
 * @param name of the gallery in the figures
 * @param scroll scrolls one of them; `after` is also traced
 */
export async function measureScrolling(
  name: string,
  page: Page,
  scroll: (what: 'gallery' | 'bare', gesture: Gesture, after?: () => Promise<void>) => Promise<Frames>,
): Promise<void> {
  for (const gesture of Object.keys(GESTURES) as Gesture[]) {
    const rounds = { gallery: [], bare: [] } as { gallery: Frames[]; bare: Frames[] };
    const rests: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.bare.push(await scroll('bare', gesture));
      rounds.gallery.push(
        await scroll('gallery', gesture, async () => void rests.push(await page.evaluate<number>(PICTURES))),
      );
    }
    const [shown, best] = [quietestRound(rounds.gallery), quietestRound(rounds.bare)];
    const what = `${name} ${GESTURES[gesture]}`;
    const over = shown.gaps.filter((ms) => ms > FRAME_MS).length;
    figure(
      `${what}: frames`,
      `${spread(shown)} ms`,
      `≤ ${FRAME_MS} ms, or bare`,
      longest(shown) <= Math.max(FRAME_MS, longest(best)),
      `median / 99th percentile / longest of ${shown.gaps.length}, ${over} over ${FRAME_MS} ms; longest of each round ${longests(rounds.gallery)}; bare page ${spread(best)}, rounds ${longests(rounds.bare)}`,
    );
    const task = median(rounds.gallery.map(({ longestTask }) => longestTask));
    figure(`${what}: longest task of the window`, `${task.toFixed(0)} ms`, `≤ ${FRAME_MS} ms`, task <= FRAME_MS);
    figure(`${what}: then every picture in sight is there`, `${median(rests).toFixed(0)} ms`);
  }
}
