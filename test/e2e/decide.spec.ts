/** Images are decided where they are shown, and Ctrl+Z takes each step back. */
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

test('the picture under the pointer is decided by its buttons, and the one with the focus by Tab', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [60, 60]);
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Images');
  const gallery = new GalleryPage(page);
  const quick = gallery.root.getByRole('group', { name: /^Decide .*\.png$/ });
  const tile = gallery.tile('0/0003.png');
  await expect(tile).toBeVisible();
  const before = await tile.boundingBox();

  await tile.hover();
  await expect(quick).toHaveCount(1);
  expect(await tile.boundingBox()).toEqual(before);
  const [outer, inner] = [await tile.boundingBox(), await quick.boundingBox()];
  expect(inner!.x).toBeGreaterThan(outer!.x);
  expect(inner!.x + inner!.width).toBeLessThan(outer!.x + outer!.width);
  // Most of the picture stays visible.
  expect(inner!.height).toBeLessThan(outer!.width / 4);
  await quick.getByRole('button', { name: 'Exclude' }).click();
  await expect(tile).toHaveAccessibleName(/Excluded$/);
  await expect(gallery.detail).toHaveCount(0);

  await quick.getByRole('button', { name: 'Relabel…' }).click();
  await page.getByRole('dialog').getByRole('option', { name: '1' }).click();
  await expect(tile).toHaveAccessibleName(/Relabelled to 1$/);
  await page.keyboard.press('Control+z');
  await expect(tile).toHaveAccessibleName(/Excluded$/);
  await page.keyboard.press('Control+z');
  await expect(tile).toHaveAccessibleName(/0$/);

  // The list also scrolls where the pointer is on a button.
  await tile.hover();
  await quick.getByRole('button', { name: 'Exclude' }).hover();
  await page.mouse.wheel(0, 400);
  await expect.poll(() => gallery.grid.evaluate((list) => list.scrollTop)).toBeGreaterThan(0);

  await page.mouse.move(0, 0);
  await gallery.grid.focus();
  await page.keyboard.press('Home');
  await expect(quick).toHaveAccessibleName('Decide 0/0000.png');
  await page.keyboard.press('Tab');
  await expect(quick.getByRole('button', { name: 'Label is right' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(gallery.tile('0/0000.png')).toHaveAccessibleName(/Kept: the label is right$/);
  await page.keyboard.press('Shift+Tab');
  await expect(gallery.grid).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('x');
  await expect(gallery.tile('0/0001.png')).toHaveAccessibleName(/Excluded$/);
  await page.mouse.move(0, 0);
  await gallery.search.focus();
  await expect(quick).toHaveCount(0);
});
