/** What the window does when a part of the app breaks. */
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './app';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

const ROOT = join(import.meta.dirname, '..', '..');

test('a page that crashes is shown again, with the data set that was open', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [3, 2]);
  const app = await start(folder);
  await new OverviewPage(app.page).indexed();
  const titles = await app.electron.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) return [];
    const again = new Promise<void>((resolve) => window.webContents.once('did-finish-load', () => resolve()));
    window.webContents.forcefullyCrashRenderer();
    await again;
    for (let wait = 0; wait < 100 && !window.getTitle().startsWith('digits'); wait++) await new Promise((resolve) => setTimeout(resolve, 50));
    return [window.getTitle()];
  });
  expect(titles).toEqual(['digits · Plumbline']);
});

test('an engine that cannot be started is one sentence, and the window still stands', async ({ scratch, home }) => {
  const root = join(scratch, 'app');
  for (const part of ['package.json', 'out/main', 'out/preload', 'out/renderer']) cpSync(join(ROOT, part), join(root, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const app = await launch(home, [], root);
  const alert = new FramePage(app.page).alerts.filter({ hasText: 'Close Plumbline and open it again.' });
  await expect(alert).toHaveCount(1);
  await expect(alert).toContainText('The engine stopped (exit code 1).');
  await app.close();
});

test('requests of every size reach the engine, and the app lives on', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [3, 2]);
  const app = await start(folder);
  await new OverviewPage(app.page).indexed();
  const sizes = Array.from({ length: 40 }, (_, step) => 60 * (step + 1) + 250 * Math.max(0, step - 10));
  const answered = await app.page.evaluate(async (lengths) => {
    const bridge = (window as unknown as { plumbline: { post(frame: unknown): void; subscribe(hear: (frame: { id?: number }) => void): void } }).plumbline;
    const first = 1_000_000;
    const heard = new Set<number>();
    bridge.subscribe(({ id }) => id !== undefined && id >= first && heard.add(id));
    for (const [at, length] of lengths.entries()) {
      const ids = Array.from({ length }, (_, index) => index + 1);
      bridge.post({ type: 'request', id: first + at, name: 'images.list', params: { dataset: 'a'.repeat(16), filter: { ids }, sort: { by: 'path', descending: false }, offset: 0, limit: 10 } });
      // Apart, so that what one leaves behind is collected while the next comes.
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    for (let wait = 0; wait < 100 && heard.size < lengths.length; wait++) await new Promise((resolve) => setTimeout(resolve, 50));
    return heard.size;
  }, sizes);
  expect(answered).toBe(sizes.length);
});
