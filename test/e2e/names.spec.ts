/** Long names of nested classes in lists of tiles: the end of every name stays visible, whatever the size of a tile. */
import { renameSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { OverviewPage } from './pages/overview';
import { ReviewPage } from './pages/review';
import { writeDigits } from './samples';

const LEAVES = ['Bravo-Orange-Juice-Without-Sugar', 'Oatly-Natural-Oatghurt-With-Vanilla', 'Royal-Gala'] as const;

/** Pixels by which the last piece of a caption leaves its tile or is narrower than its text. */
function hidden(tile: Locator): Promise<number> {
  return tile.evaluate((element) => {
    const edge = element.getBoundingClientRect().right;
    const whole = element.querySelector<HTMLElement>('.fitted');
    if (whole !== null) {
      const text = document.createElement('span');
      text.textContent = whole.dataset['text']!;
      whole.append(text);
      const right = whole.getBoundingClientRect().left + text.getBoundingClientRect().width;
      text.remove();
      return Math.max(0, right - Math.min(edge, whole.parentElement!.getBoundingClientRect().right));
    }
    const pieces = [...element.querySelectorAll<HTMLElement>('[data-text]')];
    const last = pieces.at(-1)!;
    const beyond = Math.max(...pieces.map((piece) => piece.getBoundingClientRect().right - edge));
    return Math.max(0, beyond, last.scrollWidth - last.clientWidth);
  });
}

/** Pixels between the end of each name that was cut and the end of its place. */
function gaps(root: Locator): Promise<number[]> {
  return root.evaluate((element) =>
    [...element.querySelectorAll<HTMLElement>('.fitted')].map((name) => {
      const text = document.createElement('span');
      text.textContent = name.dataset['text']!;
      name.append(text);
      const gap = name.parentElement!.getBoundingClientRect().width - text.getBoundingClientRect().width;
      text.remove();
      return gap;
    }),
  );
}

test('tiles show the end of every long class name', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [4, 4, 4]);
  for (const [digit, leaf] of LEAVES.entries()) {
    const target = join(folder, 'Packages-And-Fruit', `Level-${digit}-Of-The-Classes`, leaf);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(join(folder, String(digit)), target);
  }
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  const frame = new FramePage(page);
  await frame.go('Images');
  const gallery = new GalleryPage(page);
  const size = gallery.root.getByRole('slider', { name: 'Tile size' });
  for (const side of [64, 128, 320]) {
    await size.fill(String(side));
    if (side === 128) {
      await expect.poll(async () => (await gaps(gallery.grid)).length).toBeGreaterThan(0);
      // What is left is less than one letter.
      for (const gap of await gaps(gallery.grid)) expect(Math.abs(gap)).toBeLessThan(13);
    }
    for (const leaf of LEAVES) {
      const tile = gallery.tiles.filter({ hasText: leaf }).first();
      await expect.poll(() => hidden(tile), `${leaf} at ${side} px`).toBeLessThan(1);
    }
  }
  await frame.go('Review');
  const review = new ReviewPage(page);
  await review.picker.click();
  await page.getByRole('menuitemradio', { name: /^All images/ }).click();
  await review.root.getByRole('button', { name: 'Many' }).click();
  for (const leaf of LEAVES) {
    const tile = review.queue.getByRole('option').filter({ hasText: leaf }).first();
    await expect.poll(() => hidden(tile), leaf).toBeLessThan(1);
  }
});
