/** What the window does when a part of the app breaks. */
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './app';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

const ROOT = join(import.meta.dirname, '..', '..');

test('a page that crashes is loaded again with the data set that was open', async ({ startElectron, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [3, 2]);
  const app = await startElectron(folder);
  await new OverviewPage(app.page).indexed();
  const titles = await app.electron.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) return [];
    const again = new Promise<void>((resolve) => window.webContents.once('did-finish-load', () => resolve()));
    window.webContents.forcefullyCrashRenderer();
    await again;
    for (let wait = 0; wait < 2400 && !window.getTitle().startsWith('digits'); wait++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return [window.getTitle()];
  });
  expect(titles).toEqual(['digits · Plumbline']);
});

test('an engine that cannot be started is reported in one sentence, and the window stays usable', async ({
  scratch,
  home,
}) => {
  const root = join(scratch, 'app');
  for (const part of ['package.json', 'out/main', 'out/preload', 'out/renderer'])
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const app = await launch(home, [], root);
  const alert = new FramePage(app.page).alerts.filter({ hasText: 'Close Plumbline and open it again.' });
  await expect(alert).toHaveCount(1);
  await expect(alert).toContainText('The engine stopped (exit code 1).');
  await app.close();
});

test('requests of every size reach the engine, and the app survives the garbage collection afterwards', async ({
  scratch,
  home,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [3, 2]);
  const app = await launch({ ...home, switches: [...home.switches, '--js-flags=--expose-gc'] }, [folder]);
  await new OverviewPage(app.page).indexed();
  // Up to five memory pages, in steps smaller than the spare space of a serializer, with one-byte and with two-byte
  // characters.
  const sizes = Array.from({ length: (5 * 4096) / 32 }, (_, step) => 32 * step);
  const answered = await app.page.evaluate(async (lengths) => {
    const bridge = (
      window as unknown as {
        plumbline: { post(frame: unknown): void; subscribe(hear: (frame: { id?: number }) => void): void };
      }
    ).plumbline;
    const first = 1_000_000;
    const heard = new Set<number>();
    const end = first + 2 * lengths.length;
    // The window's own client makes calls too: it reports each of these answers, for which it does not wait.
    bridge.subscribe(({ id }) => id !== undefined && id >= first && id < end && heard.add(id));
    let id = first;
    for (const length of lengths) {
      for (const text of ['x'.repeat(length), `語${'x'.repeat(length)}`])
        bridge.post({ type: 'request', id: id++, name: 'recipe.readFile', params: { dataset: 'a'.repeat(16), text } });
    }
    for (let wait = 0; wait < 2400 && heard.size < 2 * lengths.length; wait++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return heard.size;
  }, sizes);
  expect(answered).toBe(2 * sizes.length);
  const collections = await app.electron.evaluate(() => {
    const { gc } = globalThis as { gc?: () => void };
    let done = 0;
    for (; gc !== undefined && done < 3; done++) gc();
    return done;
  });
  expect(collections).toBe(3);
  await app.close();
});
