/** Groups of copies are made when they come near to sight; keys and the search of the page still reach all of them. */
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

test('the next group is there whenever a group has the focus, in both directions', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [18, 18]);
  for (const digit of ['0', '1'])
    for (let index = 0; index < 9; index += 1)
      copyFileSync(join(folder, digit, `000${index}.png`), join(folder, digit, `copy-${index}.png`));
  const app = await start(folder);
  const { page } = app;
  await app.resize(1100, 700);
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Findings');
  await page.getByRole('option', { name: /exact cop/ }).click();
  const items = page.getByRole('region', { name: 'Groups' }).getByRole('listitem');
  const pictures = (at: number) => items.nth(at).getByRole('button', { name: /\.png/ });
  await expect(items).toHaveCount(18);
  await expect(pictures(17)).toHaveCount(0);
  await expect(items.last()).toContainText('1/copy-8.png');

  await page.getByText('How this check works').focus();
  await expect(pictures(17)).toHaveCount(2);
  await expect(pictures(8)).toHaveCount(0);
  for (let at = 0; at < 17; at += 1) {
    await pictures(at).last().focus();
    await expect(pictures(at + 1)).toHaveCount(2);
  }
});

test('the split of a copy can be read beside a long class name', async ({ start, scratch }) => {
  const [digits, folder] = [join(scratch, 'digits'), join(scratch, 'split')];
  await writeDigits(digits, [12, 12]);
  const name = 'Red-delicious-apples-from-a-long-list';
  for (const [digit, split] of ['training', 'validation'].entries()) {
    mkdirSync(join(folder, split), { recursive: true });
    renameSync(join(digits, String(digit)), join(folder, split, name));
  }
  copyFileSync(join(folder, 'training', name, '0003.png'), join(folder, 'validation', name, 'copy.png'));
  const app = await start(folder);
  const { page } = app;
  await app.resize(1100, 700);
  await new OverviewPage(page).indexed();
  const frame = new FramePage(page);
  await frame.go('Findings');
  await page.getByRole('option', { name: /in more than one split/ }).click();
  await page.getByRole('button', { name: 'Review these' }).click();
  const groups = page.getByRole('region', { name: 'Duplicate groups' });
  const splits = groups.getByTitle(/^Split /);
  await expect(splits).toHaveCount(2);
  for (const split of await splits.all())
    expect(await split.locator('.cut').evaluate((text) => text.scrollWidth - text.clientWidth)).toBeLessThan(1);
});
