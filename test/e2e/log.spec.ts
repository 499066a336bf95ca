/** The log that a user copies from the Help menu, and the window's errors in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { OverviewPage } from './pages/overview';
import { StartPage } from './pages/start';
import { writeDigits } from './samples';

test('the Help menu copies diagnostics with the newest log lines and without any path', async ({
  startElectron,
  scratch,
  home,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [4, 4]);
  const app = await startElectron(folder);
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

test('the log has the errors of the window and the frames that it dropped, without folder names', async ({
  startElectron,
  home,
}) => {
  const app = await startElectron();
  // The page reports errors from its first script on, not before.
  await new StartPage(app.page).openFolder.waitFor();
  await app.page.evaluate(() => {
    setTimeout(() => {
      throw new TypeError('cannot show /home/jane secret/1.png');
    });
    void Promise.reject(new RangeError('out of range'));
  });
  await app.electron.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send('plumbline', { type: 'nonsense' });
  });
  const logs = join(home.folder, 'data', 'logs');
  const lines = () =>
    readdirSync(logs)
      .filter((name) => name.startsWith('shell-'))
      .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
      .filter((line) => line.includes('"side":"window"'))
      .map((line) => JSON.parse(line) as { event: string; source?: string });
  await expect.poll(() => lines().length).toBe(3);
  const bySource = (source: string) => lines().find((line) => line.source === source);
  expect(bySource('page')).toMatchObject({
    level: 'warn',
    event: 'window-error',
    view: 'overview',
    code: 'TypeError',
    message: 'cannot show …/1.png',
  });
  expect(bySource('promise')).toMatchObject({ event: 'window-error', code: 'RangeError', message: 'out of range' });
  expect(lines().find(({ event }) => event === 'frame-dropped')).toMatchObject({ reason: 'malformed-frame' });
  expect(JSON.stringify(lines())).not.toContain('secret');
  // Playwright hears of an error later than the log has it.
  await expect.poll(() => app.complaints.length).toBe(2);
  app.complaints.length = 0;
});
