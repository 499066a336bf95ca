/** The report saved from the window: where the user chooses, but never inside the data set. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportSchema } from '../../src/contract/model/report';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

test('the report is saved as a web page and as report.json, but never inside the data set', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [20, 4]);
  const app = await start(folder);
  const { page } = app;
  const frame = new FramePage(page);
  await new OverviewPage(page).indexed();
  const save = async (kind: RegExp, path: string): Promise<void> => {
    await app.electron.evaluate(({ dialog }, file) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file });
    }, path);
    await page.getByRole('button', { name: 'Save the report' }).click();
    await page.getByRole('button', { name: kind }).click();
  };
  await save(/^Web page/, join(scratch, 'report.html'));
  await expect(frame.notes.filter({ hasText: 'Report saved as “report.html”.' })).toBeVisible();
  expect(readFileSync(join(scratch, 'report.html'), 'utf8')).toContain('Classes are imbalanced');
  await save(/^report\.json/, join(scratch, 'report.json'));
  await expect(frame.notes.filter({ hasText: 'Report saved as “report.json”.' })).toBeVisible();
  expect(reportSchema.parse(JSON.parse(readFileSync(join(scratch, 'report.json'), 'utf8'))).dataset.images).toBe(24);
  await save(/^Web page/, join(folder, 'report.html'));
  await expect(frame.alerts).toContainText('is in the data set, which is never written to');
  expect(existsSync(join(folder, 'report.html'))).toBe(false);
});
