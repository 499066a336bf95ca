/** Tags, notes and saved views of images. */
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

test('a tag and a note can be written, found, undone and saved as a view', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [6, 6]);
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  const frame = new FramePage(page);
  await frame.go('Images');
  const gallery = new GalleryPage(page);
  await gallery.tile('0/0000.png').click();
  await gallery.detail.getByRole('combobox', { name: 'Add a tag' }).fill('night');
  await page.keyboard.press('Enter');
  const note = gallery.detail.getByRole('textbox', { name: 'Note' });
  await note.fill('ask Ann');
  await note.press('Control+Enter');
  await gallery.close.click();
  await expect(gallery.tile('0/0000.png')).toHaveAccessibleName(/tag: night; note: ask Ann$/);

  await gallery.search.fill('ANN');
  await expect(gallery.total).toHaveText('1 image matches');
  await gallery.search.fill('');
  await expect(gallery.total).toHaveText('12 images');
  await gallery.pick('Tag', 'night');
  await expect(gallery.total).toHaveText('1 image matches');
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByRole('textbox', { name: 'Name for this filter and order' }).fill('At night');
  await page.keyboard.press('Enter');
  await expect(frame.notes.filter({ hasText: 'The view “At night” is saved.' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(gallery.total).toHaveText('12 images');
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByRole('button', { name: 'At night', exact: true }).click();
  await expect(gallery.total).toHaveText('1 image matches');
  await gallery.grid.focus();
  await page.keyboard.press('Control+z');
  await expect(gallery.tile('0/0000.png')).toHaveAccessibleName(/tag: night$/);
});
