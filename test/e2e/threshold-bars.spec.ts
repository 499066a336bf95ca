/** The distribution beside a threshold: a click on a bar shows its images, a drag moves the threshold. */
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';
import sharp from 'sharp';

test('a bar of a threshold’s distribution opens its images in Images', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [30, 30]);
  const noise = { type: 'gaussian', mean: 12, sigma: 4 } as const;
  for (const name of ['night', 'cellar'])
    await sharp({ create: { width: 64, height: 64, channels: 3, background: 'black', noise } })
      .png()
      .toFile(join(folder, '0', `${name}.png`));
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  const frame = new FramePage(page);
  await frame.go('Findings');
  await page.getByRole('option', { name: /so dark that/ }).click();
  const bars = page.getByRole('group', { name: 'Brightest level (99th percentile): show images' });
  const dark = bars.getByRole('button').first();
  await expect(dark).toHaveAccessibleName(/^\d+–\d+ of 255: [12] images?\. Show them$/);
  const slider = page.getByRole('slider', { name: 'Threshold: Brightest level (99th percentile)' });
  await expect(slider).toHaveAttribute('aria-valuenow', '32');

  const box = (await dark.boundingBox())!;
  await page.mouse.move(box.x + 2, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect(slider).not.toHaveAttribute('aria-valuenow', '32');
  await expect(dark).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(slider).toHaveAttribute('aria-valuenow', '32');

  await dark.click();
  const gallery = new GalleryPage(page);
  await expect(gallery.total).toHaveText(/^[12] images? match(es)?$/);
  await expect(gallery.tile('0/cellar.png').or(gallery.tile('0/night.png')).first()).toBeVisible();
  await expect(page.getByTitle(/^Brightest level \(99th percentile\) \d+–\d+$/)).toBeVisible();
  await page.keyboard.press('Alt+ArrowLeft');

  await dark.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByTitle(/^Brightest level \(99th percentile\) \d+ or more$/)).toBeVisible();
});
