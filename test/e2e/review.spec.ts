/**
 * A review with the keyboard alone: undo across a restart, duplicate groups, suggested classes, and decisions in files.
 */
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { LabelsPage } from './pages/labels';
import { OverviewPage } from './pages/overview';
import { ReviewPage } from './pages/review';
import { fingerprint, writeDigits } from './samples';

async function open(page: Page, queue: RegExp): Promise<ReviewPage> {
  await new OverviewPage(page).indexed();
  const review = new ReviewPage(page);
  await review.openByKeys(queue);
  return review;
}

test('a queue is reviewed with the keyboard alone, and undo still works after a restart of the app', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [6, 6]);
  const before = fingerprint(folder);
  const app = await start(folder);
  const first = await open(app.page, /^All images/);
  const { keyboard } = app.page;
  await expect(first.stage).toContainText('0000.png');
  await keyboard.press('k');
  await expect(first.item('0/0000.png')).toHaveAccessibleName(/Kept/);
  await expect(first.stage).toContainText('0001.png');
  await keyboard.press('1');
  await expect(first.item('0/0001.png')).toHaveAccessibleName(/Relabelled to 1/);
  await keyboard.press('x');
  await expect(first.item('0/0002.png')).toHaveAccessibleName(/Excluded/);
  await keyboard.press('s');
  await expect(first.item('0/0003.png')).toHaveAccessibleName(/Unsure/);
  await keyboard.press('r');
  await keyboard.type('sev');
  await keyboard.press('Enter');
  await expect(first.item('0/0004.png')).toHaveAccessibleName(/Relabelled to sev/);
  await expect(first.progress).toContainText('5 of 12 images');
  await keyboard.press('Control+z');
  await expect(first.item('0/0004.png')).toHaveAccessibleName(/undecided/);
  await keyboard.press('Shift+U');
  await expect(first.item('0/0004.png')).toHaveAccessibleName(/Relabelled to sev/);
  await new FramePage(app.page).go('Images');
  const gallery = new GalleryPage(app.page);
  await gallery.tile('0/0001.png').click();
  await expect(gallery.detail).toContainText('Relabelled to 1');
  await gallery.tile('0/0005.png').click();
  await expect(gallery.detail).toContainText('0005.png');
  await expect(gallery.detail).not.toContainText('Relabelled');
  await app.close();

  const again = await start(folder);
  const second = await open(again.page, /^All images/);
  await expect(second.progress).toContainText('5 of 12 images');
  await expect(second.stage).toContainText('0005.png');
  for (const path of ['0/0004.png', '0/0003.png', '0/0002.png']) {
    await again.page.keyboard.press('u');
    await expect(second.item(path)).toHaveAccessibleName(/undecided/);
  }
  await expect(second.item('0/0001.png')).toHaveAccessibleName(/Relabelled to 1/);
  await expect(second.stage).toContainText('0002.png');
  expect(fingerprint(folder)).toEqual(before);
});

test('a range of images is decided and undone in one step', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [8, 8]);
  const { page } = await start(folder);
  const review = await open(page, /^All images/);
  await page.keyboard.press('g');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(review.decision).toContainText('3 images selected');
  await page.keyboard.press('x');
  await expect(review.progress).toContainText('3 of 16 images');
  await expect(review.decision).not.toContainText('selected');
  await review.root.getByRole('checkbox', { name: 'Undecided only' }).check();
  await expect(review.item('0/0000.png')).toHaveCount(0);
  await expect(review.item('0/0003.png')).toBeVisible();
  await review.undo.click();
  await expect(review.progress).toContainText('0 of 16 images');
  await expect(review.item('0/0000.png')).toHaveAccessibleName(/undecided/);
});

test('the marked image of each duplicate group is kept: in one group, then in all groups', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [20, 20]);
  for (const name of ['0000', '0001', '0002'])
    copyFileSync(join(folder, '0', `${name}.png`), join(folder, '0', `${name}-copy.png`));
  const { page } = await start(folder);
  const review = await open(page, /^Exact duplicates/);
  await expect(review.groups).toContainText('3 groups');
  const [kept] = await review.group(1).getByRole('radio', { checked: true }).all();
  const name = (await kept?.getAttribute('aria-label')) ?? '';
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(review.progress).toContainText('1 of 3 groups');
  expect(name).toMatch(/^0\/000\d(-copy)?\.png/);
  await review.groups.getByRole('button', { name: 'Keep one per group' }).click();
  await expect(new FramePage(page).notes).toContainText('2 images excluded from 2 groups');
  await expect(review.progress).toContainText('3 of 3 groups');
  await page.keyboard.press('u');
  await expect(review.progress).toContainText('1 of 3 groups');
});

test('Enter accepts the label that the probe suggests, shown beside typical images of both classes', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [70, 70]);
  for (const index of [11, 12, 13, 14])
    renameSync(join(folder, '0', `00${index}.png`), join(folder, '1', `planted-${index}.png`));
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Labels');
  const labels = new LabelsPage(page);
  await labels.run();
  await expect(labels.suspects).toBeVisible();
  const review = new ReviewPage(page);
  await review.openByKeys(/^Suspicious labels/);
  await expect(review.stage).toContainText('planted-');
  const path = /planted-\d+\.png/.exec((await review.stage.textContent()) ?? '')?.[0] ?? '';
  await expect(review.beside.getByRole('region', { name: 'Given 1' }).locator('img').first()).toBeVisible();
  await expect(review.beside.getByRole('region', { name: 'Suggested 0' }).locator('img').first()).toBeVisible();
  await expect(review.beside.getByRole('region', { name: 'Most similar' }).locator('img').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(review.item(`1/${path}`)).toHaveAccessibleName(/Relabelled to 0/);
  await expect(review.progress).toContainText(/Correct flags so far\s*100 %/);
});

test('decisions are written to a file and read from one', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [4, 4]);
  const app = await start(folder);
  const review = await open(app.page, /^All images/);
  await app.page.keyboard.press('x');
  await expect(review.item('0/0000.png')).toHaveAccessibleName(/Excluded/);
  const file = join(scratch, 'decisions.csv');
  await app.saveTo(file);
  await app.answer(file);
  const menu = review.root.getByRole('button', { name: 'Decision files' });
  await menu.click();
  await app.page.getByRole('button', { name: 'Save as CSV…' }).click();
  await expect(new FramePage(app.page).notes).toContainText(/1 decision saved as “(digits )?decisions\.csv”/);
  await expect.poll(() => existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toMatch(/^path,label,decision.*\r?\n0\/0000\.png,,exclude,/);
  writeFileSync(file, 'path,label\n1/0001.png,0\n1/0002.png,seven\nnowhere.png,0\n');
  await menu.click();
  await app.page.getByRole('button', { name: 'Import from a file…' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Imported decisions' });
  await expect(dialog).toContainText('1 decision imported');
  await expect(dialog).toContainText('matched no image');
  await dialog.getByRole('button', { name: 'Import these as new classes' }).click();
  await expect(dialog.getByRole('button', { name: 'Import these as new classes' })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(review.item('1/0001.png')).toHaveAccessibleName(/Relabelled to 0/);
  await expect(review.item('1/0002.png')).toHaveAccessibleName(/Relabelled to seven/);
});

test('disagreements with another reviewer are shown and settled', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [4, 4]);
  const app = await start(folder);
  const review = await open(app.page, /^All images/);
  await app.page.keyboard.press('x');
  await expect(review.item('0/0000.png')).toHaveAccessibleName(/Excluded/);
  await app.page.keyboard.press('k');
  await expect(review.item('0/0001.png')).toHaveAccessibleName(/Kept/);
  const file = join(scratch, 'anna.csv');
  writeFileSync(file, 'path,label\n0/0000.png,1\n0/0001.png,0\n');
  await app.answer(file);
  await review.root.getByRole('button', { name: 'Decision files' }).click();
  await app.page.getByRole('button', { name: 'Import another reviewer’s…' }).click();
  await app.page.getByLabel('Name of the reviewer').fill('Anna');
  await app.page.keyboard.press('Enter');
  const dialog = app.page.getByRole('dialog', { name: 'Imported decisions' });
  await expect(dialog).toContainText('You and “Anna” both decided 2 images and agree on 1 (50 %): too few images');
  await expect(dialog).toContainText('1 disagreement is open.');
  await dialog.getByRole('button', { name: 'Review the disagreements' }).click();
  await expect(review.picker).toHaveAccessibleName('Queue: Disagreements');
  const settle = review.root.getByRole('region', { name: 'Disagreement' });
  await expect(settle.getByRole('button')).toHaveText([/You\s+Excluded/, /Anna\s+Relabelled to 1/]);
  await settle.getByRole('button', { name: /Anna/ }).click();
  await expect(review.root).toContainText('No disagreement is open.');
  await expect(review.beside).toContainText('All disagreements are settled.');
  await app.page.keyboard.press('u');
  await expect(settle.getByRole('button', { name: /You/ })).toContainText('Excluded');
  await expect(review.beside).toContainText('1 disagreement is open.');
});
