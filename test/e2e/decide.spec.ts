/** Images are decided where they are shown, and Ctrl+Z takes each step back. */
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { LabelsPage } from './pages/labels';
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

test('the images of a confused pair, and of a region of the map, are decided beside it and each step is undone', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [60, 60]);
  const planted = [3, 11, 25, 33].map((index) => `00${String(index).padStart(2, '0')}.png`);
  for (const file of planted) renameSync(join(folder, '0', file), join(folder, '1', `planted-${file}`));
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  const [frame, labels] = [new FramePage(page), new LabelsPage(page)];
  await frame.go('Labels');
  await labels.run();
  await expect(labels.suspects).toBeVisible();

  await labels.tab('Confusion');
  await page.getByRole('button', { name: /images? given 1, predicted 0/ }).click();
  const images = labels.picked.getByRole('option');
  const first = images.first();
  await expect(first).toHaveAccessibleName(/^1\/.*\.png, 1$/);
  const count = await images.count();
  const status = labels.picked.getByRole('status');
  await expect(status).toHaveText(`${count} images, none decided`);
  await first.hover();
  await labels.picked
    .getByRole('group', { name: /^Decide 1/ })
    .getByRole('button', { name: 'Exclude' })
    .click();
  await expect(status).toHaveText(`${count} images, 1 decided`);
  await labels.picked.getByRole('button', { name: `Relabel the other ${count - 1} to 0` }).click();
  await expect(status).toHaveText(`${count} images, all decided`);
  await expect(labels.picked.getByRole('option', { name: /Relabelled to 0$/ })).toHaveCount(count - 1);

  await page.getByRole('button', { name: 'Decisions' }).click();
  const steps = page.getByRole('dialog', { name: 'Decisions' }).getByRole('listitem');
  await expect(steps).toHaveCount(2);
  for (const step of await steps.all()) await expect(step).toContainText('Confusion');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await expect(status).toHaveText(`${count} images, 1 decided`);
  await page.keyboard.press('Control+z');
  await expect(status).toHaveText(`${count} images, none decided`);
  await page.keyboard.press('Control+Shift+z');
  await expect(status).toHaveText(`${count} images, 1 decided`);
  await page.keyboard.press('Control+z');

  await labels.tab('Map');
  const map = page.getByLabel(/^Map of 120 images/);
  await map.press('-');
  const { x, y, width, height } = (await map.boundingBox())!;
  await page.keyboard.down('Shift');
  await page.mouse.move(x + 3, y + 3);
  await page.mouse.down();
  for (const [right, down] of [
    [width - 3, 3],
    [width - 3, height - 3],
    [3, height - 3],
  ] as const)
    await page.mouse.move(x + right, y + down, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect(status).toHaveText('120 images, none decided');
  const classes = labels.picked.getByRole('button', { name: /^Class: / });
  await classes.click();
  await page.getByRole('dialog').getByRole('checkbox', { name: /^1\b/ }).check();
  await page.keyboard.press('Escape');
  await expect(status).toHaveText('64 images, none decided');
  await labels.picked.getByRole('button', { name: 'Keep all 64' }).click();
  await expect(status).toHaveText('64 images, all decided');
  // The button of the list of classes, when it has the focus, does not take Ctrl+Z.
  await classes.focus();
  await page.keyboard.press('Control+z');
  await expect(status).toHaveText('64 images, none decided');
  await labels.picked.getByRole('button', { name: 'Close' }).click();
  await expect(labels.picked).toHaveCount(0);
});

test('a copy is excluded in its finding, and a mute and the decision are undone in their order', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [20, 20]);
  copyFileSync(join(folder, '0', '0003.png'), join(folder, '0', 'copy.png'));
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  const frame = new FramePage(page);
  await frame.go('Findings');
  await page.getByRole('option', { name: /exact cop/ }).click();
  const group = page.getByRole('group', { name: 'Group of 2' });
  const copy = group.getByRole('button', { name: /copy\.png/ });
  await copy.hover();
  await page.getByRole('group', { name: 'Decide 0/copy.png' }).getByRole('button', { name: 'Exclude' }).click();
  await expect(copy).toHaveAccessibleName('0/copy.png, Excluded');

  await page.getByRole('button', { name: 'Mute…' }).click();
  await page.getByRole('textbox', { name: /^Why is this not a problem/ }).fill('known');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Muted .*: known$/)).toBeVisible();
  await frame.go('Overview');
  await page.keyboard.press('Control+z');
  await expect(frame.notes.filter({ hasText: 'Undone: the finding is no longer muted.' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(frame.notes.filter({ hasText: 'Undone: the last step, on 1 image.' })).toBeVisible();
  await page.keyboard.press('Control+y');
  await expect(frame.notes.filter({ hasText: 'Redone: the last step, on 1 image.' })).toBeVisible();
  await page.keyboard.press('Control+y');
  await expect(frame.notes.filter({ hasText: 'Redone: the finding is muted.' })).toBeVisible();
});
