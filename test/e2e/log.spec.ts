/** The log that a user copies from the Help menu. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

test('the Help menu copies diagnostics with the newest log lines and without any path', async ({
  start,
  scratch,
  home,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [4, 4]);
  const app = await start(folder);
  await new OverviewPage(app.page).indexed();
  const logs = join(home.folder, 'data', 'logs');
  await expect
    .poll(() =>
      readdirSync(logs)
        .map((name) => name.split('-')[0]!)
        .sort(),
    )
    .toEqual(['engine', 'shell']);
  const copied = () =>
    app.electron.evaluate(({ Menu, clipboard }) => {
      const help = Menu.getApplicationMenu()?.items.find(({ role }) => role === 'help');
      help?.submenu?.items.find(({ label }) => label.includes('diagnostics'))?.click();
      return clipboard.readText();
    });
  await expect.poll(copied).toContain('job-ended');
  const text = await copied();
  expect(text).toMatch(/^Plumbline \d+\.\d+\.\d+, Electron \d+/);
  expect(text).not.toContain(scratch);
});
