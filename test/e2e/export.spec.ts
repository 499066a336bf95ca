/** An export through the window: preview, the folder from the native dialog, the written tree, and the result. */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { ExportPage } from './pages/export';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { ReviewPage } from './pages/review';
import { fingerprint, writeDigits } from './samples';

/** Images of an export as `split/class/name`. */
function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.png'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

test('reviewed digits are exported by hard link into the splits that the preview shows', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [40, 30]);
  // A hard link changes the link count and therefore the change time. Names, sizes, modification times and contents
  // must stay equal.
  const before = fingerprint(folder);
  const app = await start(folder);
  const { page } = app;
  await new OverviewPage(page).indexed();
  const review = new ReviewPage(page);
  await review.openByKeys(/^All images/);
  await page.keyboard.press('x');
  await expect(review.item('0/0000.png')).toHaveAccessibleName(/Excluded/);
  await page.keyboard.press('1');
  await expect(review.item('0/0001.png')).toHaveAccessibleName(/Relabelled to 1/);

  await new FramePage(page).go('Export');
  const view = new ExportPage(page);
  await expect(view.preview.getByRole('heading')).toHaveText('69 images in 3 splits');
  await view.options.getByRole('button', { name: '80 / 20' }).click();
  await expect(view.preview.getByRole('heading')).toHaveText('69 images in 2 splits');
  expect((await view.counts('0')).at(-1)).toBe(38);
  expect((await view.counts('1')).at(-1)).toBe(31);
  const [train0, val0] = await view.counts('0');
  await view.mode('Hard link').check();
  await expect(view.start).toBeDisabled();
  const out = join(scratch, 'clean');
  await app.answer(out);
  await view.chooseFolder.click();
  expect(existsSync(out)).toBe(false);
  await view.start.click();
  await expect(view.done).toContainText('69 images exported');
  await expect(view.done).toContainText('hard-linked');

  const written = tree(out);
  expect(written).toHaveLength(69);
  expect(written.filter((path) => path.startsWith('train/0/'))).toHaveLength(train0 ?? -1);
  expect(written.filter((path) => path.startsWith('val/0/'))).toHaveLength(val0 ?? -1);
  expect(written.some((path) => path.endsWith('/0/0000.png'))).toBe(false);
  const manifest = readFileSync(join(out, 'manifest.csv'), 'utf8');
  const moved = manifest.split('\n').find((line) => line.includes('0/0001.png')) ?? '';
  expect(moved).toContain('relabelled');
  const linked = written.find((path) => /\/1\/0005\.png$/.test(path)) ?? '';
  expect(statSync(join(out, linked)).ino).toBe(statSync(join(folder, '1', '0005.png')).ino);
  expect(fingerprint(folder)).toEqual(before);

  await view.done.getByRole('button', { name: 'Audit the export' }).click();
  await expect(view.compared('Images')).toContainText(/70.*69/);
  await view.done.getByRole('button', { name: 'Open the export' }).click();
  await expect(new FramePage(page).dataset('clean')).toBeVisible();
  // Decisions are carried over by content: the relabelled image has its new class there and counts as reviewed.
  await review.openByKeys(/^All images/);
  await expect(review.progress).toContainText('1 of 69');
});

test('a folder that cannot be the target is refused in a sentence, and leaks between existing splits are removed', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'splits');
  for (const split of ['train', 'test']) await writeDigits(join(folder, split), split === 'train' ? [12, 12] : [5, 5]);
  const app = await start(folder);
  const { page } = app;
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Export');
  const view = new ExportPage(page);
  // The first five digits of each class are in both splits. Removing the leaks brings them together in train.
  await expect(view.options.getByRole('button', { name: 'Keep, fix leaks' })).toHaveAttribute('aria-pressed', 'true');
  await expect(view.preview).toContainText('Moved to fix leaks');
  expect((await view.counts('0')).slice(0, 2)).toEqual([17, 0]);
  const full = join(scratch, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'something'), '');
  await app.answer(full);
  await view.chooseFolder.click();
  await expect(new FramePage(page).alerts).toContainText('is not empty');
  await app.answer(join(folder, 'inside'));
  await view.chooseFolder.click();
  await expect(new FramePage(page).alerts.last()).toContainText('is inside the data set');
  await expect(view.start).toBeDisabled();
});

test('options that define no valid split are reported, and the export cannot be started', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [12, 2]);
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Export');
  const view = new ExportPage(page);
  await expect(view.preview).toContainText('Class “1” has 2 images: too few for 3 splits');
  await view.options.getByLabel('Name of split 2').fill('train');
  await expect(view.options.getByRole('alert')).toHaveText('Two splits have the same name.');
  await view.options.getByLabel('Name of split 2').fill('a/b');
  await expect(view.options.getByRole('alert')).toContainText('letters, digits');
});
