/** Classes are merged, renamed and split: with one click, in every count and in the export, and undone. */
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { ExportPage } from './pages/export';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { OverviewPage } from './pages/overview';
import { fingerprint, writeDigits } from './samples';

/** `train/mushrooms`, `test/Mushroom` (one class under two names) and `onion` in both splits. */
async function writeVegetables(folder: string): Promise<void> {
  const digits = join(folder, 'digits');
  await writeDigits(digits, [8, 8, 6, 6]);
  for (const [digit, place] of ['train/mushrooms', 'train/onion', 'test/Mushroom', 'test/onion'].entries()) {
    mkdirSync(join(folder, 'vegetables', place, '..'), { recursive: true });
    renameSync(join(digits, String(digit)), join(folder, 'vegetables', place));
  }
}

test('two classes that may be one are merged by one click, exported as one, and separated by undo', async ({
  start,
  scratch,
}) => {
  await writeVegetables(scratch);
  const folder = join(scratch, 'vegetables');
  const before = fingerprint(folder);
  const app = await start(folder);
  const { page } = app;
  const [frame, overview] = [new FramePage(page), new OverviewPage(page)];
  await overview.indexed();
  await expect
    .poll(async () => Object.fromEntries(await overview.counts()))
    .toEqual({ Mushroom: 6, mushrooms: 8, onion: 14 });

  await frame.go('Findings');
  await page.getByRole('option', { name: /The classes “Mushroom” and “mushrooms” may be one/ }).click();
  const pair = page.getByRole('region', { name: 'The classes beside each other' });
  await expect(pair.getByRole('figure')).toHaveCount(2);
  await expect(pair.getByRole('figure').first().getByRole('listitem').getByRole('button')).toHaveCount(6);
  await expect(pair.getByRole('radio', { name: 'mushrooms' })).toBeChecked();
  await pair.getByRole('button', { name: 'Merge into “mushrooms”' }).click();
  await expect(frame.notes.filter({ hasText: '“Mushroom” is now part of “mushrooms” (6 images).' })).toBeVisible();
  // The findings are checked again without being asked for.
  await expect(page.getByRole('option', { name: /may be one/ })).toHaveCount(0);

  await frame.go('Overview');
  await expect.poll(async () => Object.fromEntries(await overview.counts())).toEqual({ mushrooms: 14, onion: 14 });
  const renamed = page.getByRole('region', { name: 'Renamed and merged classes' });
  await expect(renamed.getByRole('listitem')).toContainText('6 images');

  await frame.go('Export');
  const view = new ExportPage(page);
  await expect(view.preview).toContainText('“Mushroom” is “mushrooms”');
  const out = join(scratch, 'clean');
  await app.answer(out);
  await view.chooseFolder.click();
  await view.start.click();
  await expect(view.done).toContainText('28 images exported');
  const classes = readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((split) => readdirSync(join(out, split.name)));
  expect([...new Set(classes)].sort()).toEqual(['mushrooms', 'onion']);
  expect(readFileSync(join(out, 'decisions.csv'), 'utf8')).toContain(',mushrooms,class,Mushroom,');

  await frame.go('Overview');
  await renamed.getByRole('button', { name: 'Restore Mushroom' }).click();
  await expect(renamed).toHaveCount(0);
  await expect(overview.openClass('Mushroom')).toBeVisible();
  await expect
    .poll(async () => Object.fromEntries(await overview.counts()))
    .toEqual({ Mushroom: 6, mushrooms: 8, onion: 14 });
  await frame.go('Findings');
  await expect(page.getByRole('option', { name: /may be one/ })).toHaveCount(1);
  expect(fingerprint(folder)).toEqual(before);
});

test('a class is renamed and merged from the list of classes, and undone from the message', async ({
  start,
  scratch,
}) => {
  await writeVegetables(scratch);
  const { page } = await start(join(scratch, 'vegetables'));
  const [frame, overview] = [new FramePage(page), new OverviewPage(page)];
  await overview.indexed();
  const change = async (name: string, typed: string): Promise<void> => {
    await overview.openClass(name).hover();
    await page.getByRole('button', { name: `Rename or merge ${name}`, exact: true }).click();
    await page.keyboard.type(typed);
    await page.keyboard.press('Enter');
  };
  await change('onion', 'leek');
  await expect(frame.notes).toContainText('“onion” is now called “leek” (14 images).');
  await expect(overview.openClass('leek')).toBeVisible();
  await change('Mushroom', 'mushr');
  await expect(frame.notes.filter({ hasText: '“Mushroom” is now part of “mushrooms” (6 images).' })).toBeVisible();
  await expect(overview.openClass('Mushroom')).toHaveCount(0);
  await frame.notes.filter({ hasText: '“Mushroom” is now part' }).getByRole('button', { name: 'Undo' }).click();
  await expect(overview.openClass('Mushroom')).toBeVisible();
  await expect
    .poll(async () => Object.fromEntries(await overview.counts()))
    .toEqual({ Mushroom: 6, leek: 14, mushrooms: 8 });
});

test('selected images are moved to another class and to a new one', async ({ start, scratch }) => {
  await writeVegetables(scratch);
  const { page } = await start(join(scratch, 'vegetables'));
  const [frame, overview, gallery] = [new FramePage(page), new OverviewPage(page), new GalleryPage(page)];
  await overview.indexed();
  await overview.openClass('onion').click();
  await gallery.tiles.nth(0).click({ modifiers: ['Control'] });
  await gallery.tiles.nth(2).click({ modifiers: ['Shift'] });
  await gallery.root.getByRole('button', { name: 'Move to class…' }).click();
  await page.keyboard.type('shallot');
  await expect(page.getByRole('option', { name: 'New class “shallot”' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(frame.notes).toContainText('3 images are moved to “shallot”.');
  await expect(gallery.total).toHaveText('11 images match');
  await frame.go('Overview');
  await expect
    .poll(async () => Object.fromEntries(await overview.counts()))
    .toEqual({ Mushroom: 6, mushrooms: 8, onion: 11, shallot: 3 });
  await overview.openClass('shallot').click();
  await expect(gallery.grid.getByRole('option', { name: /Relabelled to shallot/ })).toHaveCount(3);
  await frame.go('Export');
  const view = new ExportPage(page);
  await expect.poll(async () => (await view.counts('shallot')).at(-1)).toBe(3);
});
