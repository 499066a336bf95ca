/** The report saved from the window: where the user chooses, never inside the data set. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportSchema } from '../../src/contract/model/report';
import type { App } from './app';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

/** A browser saves a file in its own time. */
function written(file: string): Promise<string> {
  return expect
    .poll(() => existsSync(file))
    .toBe(true)
    .then(() => readFileSync(file, 'utf8'));
}

async function save({ app, kind, path }: { app: App; kind: RegExp; path: string }): Promise<void> {
  await app.saveTo(path);
  await app.page.getByRole('button', { name: 'Save the report' }).click();
  await app.page.getByRole('button', { name: kind }).click();
}

test('the report is saved as a web page and as report.json', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [20, 4]);
  const app = await start(folder);
  const frame = new FramePage(app.page);
  await new OverviewPage(app.page).indexed();
  const [html, json] = [join(scratch, 'report.html'), join(scratch, 'report.json')];
  await save({ app, kind: /^Web page/, path: html });
  await expect(frame.notes.filter({ hasText: /Report saved as “(digits )?report\.html”\./ })).toBeVisible();
  expect(await written(html)).toContain('Classes are imbalanced');
  await save({ app, kind: /^report\.json/, path: json });
  await expect(frame.notes.filter({ hasText: /Report saved as “(digits )?report\.json”\./ })).toBeVisible();
  expect(reportSchema.parse(JSON.parse(await written(json))).dataset.images).toBe(24);
});

test('the report is never saved inside the data set', async ({ startElectron, scratch, shell }) => {
  test.skip(shell === 'browser', 'The browser saves on the computer of the user.');
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [3, 3]);
  const app = await startElectron(folder);
  await new OverviewPage(app.page).indexed();
  await save({ app, kind: /^Web page/, path: join(folder, 'report.html') });
  await expect(new FramePage(app.page).alerts).toContainText('is in the data set, which is never written to');
  expect(existsSync(join(folder, 'report.html'))).toBe(false);
});
