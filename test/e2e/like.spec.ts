/** “More like this” in the real window: it says what is missing, then shows the most similar images, and leads back. */
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { LabelsPage } from './pages/labels';
import { OverviewPage } from './pages/overview';
import { ReviewPage } from './pages/review';
import { writeDigits } from './samples';

test('shows the images most similar to one, from each place where it is looked at', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [60, 60, 60]);
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  const frame = new FramePage(page);
  const gallery = new GalleryPage(page);
  await frame.go('Images');
  await gallery.pick('Class', '1');
  await gallery.tile('1/0005.png').click();
  await page.keyboard.press('m');
  const hint = page.getByText('Similar images can be found after a probe has run.');
  await expect(hint).toBeVisible();
  await page.getByRole('button', { name: 'Go to the probes' }).click();
  const labels = new LabelsPage(page);
  await labels.run();
  await expect(labels.probe).toContainText('balanced accuracy');

  await frame.go('Images');
  await expect(gallery.total).toHaveText('60 images match');
  await gallery.tile('1/0007.png').click();
  await gallery.detail.getByRole('button', { name: 'More like this' }).click();
  await expect(page.getByTitle('Like 0007.png')).toBeVisible();
  await expect(gallery.total).toHaveText('180 images match');
  await expect(gallery.tiles.first()).toHaveAccessibleName(/^1\/0007\.png, /);
  // Ones look like ones: a random order would have 4 of the class among the first 12.
  const names = await Promise.all(
    Array.from({ length: 12 }, (_, at) => gallery.tiles.nth(at).getAttribute('aria-label')),
  );
  expect(names.filter((name) => name?.startsWith('1/') === true).length).toBeGreaterThanOrEqual(10);
  await expect(gallery.root.getByRole('combobox', { name: 'Order by' })).toHaveValue('value');

  await page.keyboard.press('Alt+ArrowLeft');
  await expect(gallery.total).toHaveText('60 images match');
  await page.keyboard.press('Alt+ArrowRight');
  await expect(page.getByTitle('Like 0007.png')).toBeVisible();
  await gallery.pick('Class', '2');
  await expect(gallery.total).toHaveText('60 images match');
  await page.getByRole('button', { name: 'Remove from the filter: Like 0007.png' }).click();
  await expect(gallery.tiles.first()).toHaveAccessibleName(/^2\/0000\.png, /);

  // On a tile, and for a selection.
  await gallery.close.click();
  await gallery.root.getByRole('slider', { name: 'Tile size' }).fill('200');
  await gallery.tile('2/0003.png').hover();
  await page.getByRole('group', { name: 'Decide 2/0003.png' }).getByRole('button', { name: 'More like this' }).click();
  await expect(gallery.tiles.first()).toHaveAccessibleName(/^2\/0003\.png, /);
  await gallery.grid.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await gallery.active()) ?? '2/0003.png').not.toMatch(/^2\/0003\.png/);
  const second = (await gallery.active())?.split(',')[0] ?? '';
  await page.keyboard.press('m');
  await expect(page.getByTitle(`Like ${second.split('/')[1] ?? ''}`)).toBeVisible();
  await expect(gallery.tiles.first()).toHaveAccessibleName(new RegExp(`^${second}, `));
  await gallery.tiles.nth(0).click({ modifiers: ['Control'] });
  await gallery.tiles.nth(1).click({ modifiers: ['Control'] });
  await page.getByRole('button', { name: 'More like these' }).click();
  await expect(page.getByTitle('Like 2 images')).toBeVisible();

  // In review, and in the large picture.
  await page.getByRole('button', { name: 'Review these' }).click();
  const review = new ReviewPage(page);
  await expect(review.stage).toContainText('.png');
  await page.keyboard.press('m');
  await expect(page.getByTitle(/^Like \d{4}\.png$/)).toBeVisible();
  await gallery.tiles.first().click();
  await gallery.detail.getByRole('region', { name: 'Most similar images' }).getByRole('button').nth(2).click();
  await page.getByRole('dialog', { name: 'Picture in large' }).getByRole('button', { name: 'More like this' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByTitle(/^Like \d{4}\.png$/)).toBeVisible();
});
