/**
 * Wrong labels in the real window: the probe runs, the planted suspects are listed first, and the matrix and the map
 * open their images.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { LabelsPage } from './pages/labels';
import { OverviewPage } from './pages/overview';
import { ReviewPage } from './pages/review';
import { writeDigits } from './samples';
import { npy } from '../engine/support/npy';

test('the instant probe finds planted wrong labels and shows which classes it confuses', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [80, 80, 80]);
  const planted = [3, 11, 25, 33, 40, 52, 66, 71];
  for (const digit of [0, 1, 2]) {
    for (const index of planted)
      renameSync(
        join(folder, String(digit), `00${String(index).padStart(2, '0')}.png`),
        join(folder, String((digit + 1) % 3), `planted-${digit}-${index}.png`),
      );
  }
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  const frame = new FramePage(page);
  await frame.go('Labels');
  const labels = new LabelsPage(page);
  await expect(page.getByText('No probe has run yet')).toBeVisible();
  await labels.run();
  await expect(labels.suspects).toBeVisible();
  await expect(labels.suspects.getByRole('option').first()).toHaveAccessibleName(/\.png/);
  await expect(labels.probe).toContainText('balanced accuracy');
  await expect(labels.probe).toContainText(/240 images in \d/);
  const found = labels.suspects.getByRole('option', { name: /planted-\d-\d+\.png: given/ });
  expect(await found.count()).toBeGreaterThanOrEqual(planted.length);
  await expect(labels.suspects.getByRole('option').first()).toHaveAccessibleName(/planted-/);

  const details = page.getByRole('complementary', { name: 'Image details' });
  await labels.suspects.getByRole('option').first().click();
  await expect(details).toContainText('planted-');
  await expect(details.getByRole('button', { name: /^(Error|Warning) Suspicious labels → \d$/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(details).toHaveCount(0);
  const badge =
    /, (\d+) undecided suspicious labels/.exec(
      (await page.getByRole('button', { name: /^Labels, / }).getAttribute('aria-label')) ?? '',
    )?.[1] ?? '';
  await expect(page.getByText(new RegExp(`^${badge} shown, about`))).toBeVisible();
  await expect(page.getByRole('button', { name: `Review ${badge} labels` })).toBeVisible();
  await expect(labels.probe).toContainText(`compared with the given labels, ${badge} of which look wrong`);

  await labels.tab('Confusion');
  await page.getByRole('button', { name: /images? given 1, predicted 0/ }).click();
  await expect(labels.picked.getByRole('option', { name: '1/planted-0-3.png' })).toBeVisible();
  await labels.picked.getByRole('button', { name: 'Show in Images' }).click();
  const gallery = new GalleryPage(page);
  await expect(gallery.tile('1/planted-0-3.png')).toBeVisible();
  await page.getByRole('button', { name: 'Remove from the filter: Given “1”, predicted “0”' }).click();
  await expect(gallery.tile('0/0000.png')).toBeVisible();

  await frame.go('Labels');
  await labels.tab('Map');
  await expect(page.getByLabel(/Map of 240 images/)).toBeVisible();

  const review = new ReviewPage(page);
  await review.openByKeys(/^Suspicious labels/);
  await page.keyboard.press('x');
  await expect(review.undo).toBeEnabled();
  await frame.go('Labels');
  await labels.tab('Suspicious labels');
  await expect(labels.suspects.getByRole('option').first()).toHaveAccessibleName(/wrong, Excluded$/);
  await frame.go('Review');
  await page.keyboard.press('u');
  await expect(review.undo).toBeDisabled();
  await frame.go('Labels');
  await expect(labels.suspects.getByRole('option').first()).toHaveAccessibleName(/wrong$/);

  await frame.go('Findings');
  await expect(page.getByText(/labels of 240 look wrong/).first()).toBeVisible();
});

test("the user's own predictions judge the labels or are refused, and the instant probe takes the user's embedding", async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [40, 40]);
  const planted = [3, 11, 25, 33].map((index) => `00${String(index).padStart(2, '0')}.png`);
  for (const file of planted) renameSync(join(folder, '0', file), join(folder, '1', `planted-${file}`));
  const rows = [0, 1].flatMap((digit) =>
    Array.from({ length: 40 }, (_, index) => {
      const file = `${String(index).padStart(4, '0')}.png`;
      const path = digit === 0 && planted.includes(file) ? `1/planted-${file}` : `${digit}/${file}`;
      const sure = 0.8 + 0.15 * ((index % 7) / 6);
      return { path, zero: digit === 0 ? sure : 1 - sure };
    }),
  );
  const table = join(scratch, 'mine.csv');
  const app = await start(folder);
  const { page } = app;
  await app.answer(table);
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Labels');
  const labels = new LabelsPage(page);

  writeFileSync(table, ['path,predicted', ...rows.map(({ path }) => `${path},0`)].join('\n'));
  await labels.usePredictions();
  await expect(labels.stopped).toHaveText(/^“mine\.csv” has only predicted labels: to judge labels, write one/);

  writeFileSync(
    table,
    ['path,0,1', ...rows.map(({ path, zero }) => `${path},${zero.toFixed(4)},${(1 - zero).toFixed(4)}`)].join('\n'),
  );
  await labels.usePredictions();
  await expect(page.getByText('The labels are judged by your predictions.')).toBeVisible();
  const found = labels.suspects.getByRole('option', { name: /planted-\d+\.png: given/ });
  await expect(found).toHaveCount(planted.length);
  await expect(labels.suspects.getByRole('option').first()).toHaveAccessibleName(/planted-/);

  const [array, names] = [join(scratch, 'mine.npy'), join(scratch, 'names.txt')];
  writeFileSync(array, npy(rows.map(({ zero }) => [zero, 1 - zero])));
  writeFileSync(names, rows.map(({ path }) => path).join('\n'));
  await app.answer(array, names);
  await labels.useEmbedding();
  await expect(
    page.getByText('The labels are judged by the instant probe with your embedding “mine.npy”.'),
  ).toBeVisible();
});

test('long class names stay inside their tile', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [60, 60]);
  const names = ['0', '1'].map((digit) => `a class name that is much longer than any tile is wide, for digit ${digit}`);
  for (const index of [3, 11, 25, 33]) {
    const file = `00${String(index).padStart(2, '0')}.png`;
    renameSync(join(folder, '0', file), join(folder, '1', `planted-${file}`));
  }
  names.forEach((name, digit) => renameSync(join(folder, String(digit)), join(folder, name)));
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Labels');
  const labels = new LabelsPage(page);
  await labels.run();
  const tile = labels.suspects.getByRole('option').first();
  await expect(tile).toHaveAccessibleName(/much longer/);
  await expect
    .poll(() =>
      tile.evaluate((node) => {
        const { right } = node.getBoundingClientRect();
        return [...node.children].every((child) => child.getBoundingClientRect().right <= right + 1);
      }),
    )
    .toBe(true);
});

test('the CNN probe shows its curves while it learns, and continues where it was cancelled', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [30, 30]);
  const { page } = await start(folder);
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Labels');
  const labels = new LabelsPage(page);
  await labels.cnn.getByRole('button', { name: /^Run/ }).click();
  await expect(labels.running).toContainText(/Training.* %.*left/);
  const balanced = page.getByRole('img', { name: /^Balanced accuracy over \d+ epochs/ });
  await expect(balanced).toBeVisible();
  const epochs = async (): Promise<number> =>
    (
      await page
        .locator('polyline.validation')
        .evaluateAll((lines) => lines.map((line) => line.getAttribute('points')?.split(' ').length ?? 0))
    ).reduce((sum, count) => sum + count, 0);
  const seen = await epochs();
  await expect.poll(epochs).toBeGreaterThan(seen);

  await labels.running.getByRole('button', { name: 'Cancel' }).click();
  await expect(labels.stopped).toContainText('The CNN probe was cancelled.');
  const kept = await epochs();
  await labels.stopped.getByRole('button', { name: 'Resume' }).click();
  await expect(labels.running).toBeVisible();
  expect(await epochs()).toBeGreaterThanOrEqual(kept);
  await expect(labels.cnn).toContainText('balanced accuracy');
  await labels.tab('Learning curves');
  await expect(page.getByRole('img', { name: /^Loss over \d+ epochs in 5 folds/ })).toBeVisible();
  await labels.tab('Confusion');
  await expect(page.getByText(/CNN probe/).first()).toBeVisible();
});
