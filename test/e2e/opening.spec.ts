/** Ways to open a folder: command line, dialog, menu, drop, a second start. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tarOf, zipOf } from '../engine/support/archives';
import { jpeg } from '../engine/support/samples';
import { launch, startBeside, type ElectronApp } from './app';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { StartPage } from './pages/start';
import { fingerprint, writeDigits, writePicture } from './samples';

/** Drops a file as a file manager does: Chromium handles the drop, even if the page ignores it. */
async function drop(app: ElectronApp, path: string): Promise<void> {
  const devtools = await app.electron.context().newCDPSession(app.page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  await devtools.detach();
}

/** Chooses an entry of the native menu by its labels. */
function pressMenu(app: ElectronApp, ...labels: string[]): Promise<void> {
  return app.electron.evaluate(({ Menu }, path) => {
    let items = Menu.getApplicationMenu()?.items ?? [];
    for (const [at, label] of path.entries()) {
      const item = items.find((one) => one.label.replaceAll('&', '') === label);
      if (item === undefined) throw new Error(`no menu entry ${label}`);
      if (at === path.length - 1) (item.click as () => void)();
      items = item.submenu?.items ?? [];
    }
  }, labels);
}

test('the digits open from the command line and show their class counts', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  const counts = [80, 70, 60, 50, 40, 30, 25, 20, 15, 10];
  await writeDigits(folder, counts);
  const before = fingerprint(folder);
  const { page } = await start(folder);
  const overview = new OverviewPage(page);
  await overview.indexed();
  expect(await overview.counts()).toEqual(counts.map((count, digit) => [String(digit), count]));
  expect(await overview.figure('Images')).toBe('400');
  expect(await overview.figure('Classes')).toBe('10');
  expect(await overview.figure('Unreadable')).toBe('0');
  expect(await overview.figure('Majority share')).toMatch(/^20(\.0)?\s?%$/);
  await expect(new FramePage(page).dataset('digits')).toBeVisible();
  await expect(page).toHaveTitle('digits · Plumbline');
  expect(fingerprint(folder)).toEqual(before);
});

test('a note from the command line is shown with the folder', async ({ startElectron, scratch, shell }) => {
  test.skip(shell === 'browser', 'Only the demo of the app has a note; “plumbline serve” has no such option.');
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [3, 3]);
  const { page } = await startElectron(folder, '--note', 'Real digits, unevenly many.');
  await expect(new OverviewPage(page).note).toContainText('Real digits, unevenly many.');
});

test('without a folder the start page offers to open one', async ({ start }) => {
  const { page } = await start();
  const startPage = new StartPage(page);
  await expect(startPage.openFolder).toBeVisible();
  await expect(startPage.recents).toHaveCount(0);
  await expect(new FramePage(page).alerts).toHaveCount(0);
});

test.describe('a folder that cannot be opened is reported in one sentence above the start page', () => {
  const cases: [string, (scratch: string) => string, RegExp][] = [
    ['a file', (scratch) => (writeFileSync(join(scratch, 'a.png'), ''), join(scratch, 'a.png')), /a\.png/],
    ['nothing that exists', (scratch) => join(scratch, 'no such folder'), /no such folder/],
  ];
  for (const [what, make, sentence] of cases) {
    test(what, async ({ start, scratch, shell }) => {
      test.skip(shell === 'browser', 'The server does not start on it.');
      const { page } = await start(make(scratch));
      const frame = new FramePage(page);
      await expect(frame.alerts).toHaveCount(1);
      await expect(frame.alerts).toContainText(sentence);
      await expect(new StartPage(page).openFolder).toBeVisible();
    });
  }
});

test('a folder can be opened by the button, by the menu and from the recent folders', async ({
  startElectron,
  scratch,
  home,
  shell,
}) => {
  test.skip(shell === 'browser', 'The menu and a second start are Electron’s; served.spec.ts opens recent data sets.');
  const [first, second] = [join(scratch, 'first'), join(scratch, 'second & more')];
  await writeDigits(first, [4, 3]);
  await writeDigits(second, [5, 5, 5]);
  const app = await startElectron();
  const frame = new FramePage(app.page);
  await app.answer(null);
  await new StartPage(app.page).openFolder.click();
  await expect(new StartPage(app.page).openFolder).toBeVisible();
  await app.answer(first);
  await new StartPage(app.page).openFolder.click();
  await expect(frame.dataset('first')).toBeVisible();
  await new OverviewPage(app.page).indexed();
  await app.answer(second);
  await pressMenu(app, 'File', 'Open folder…');
  await expect(frame.dataset('second & more')).toBeVisible();
  await new OverviewPage(app.page).indexed();
  await pressMenu(app, 'File', 'Open recent', first);
  await expect(frame.dataset('first')).toBeVisible();
  await pressMenu(app, 'File', 'Close data set');
  const startPage = new StartPage(app.page);
  await expect(startPage.recents).toHaveCount(2);
  await expect(startPage.recent('first')).toContainText('7 images · 2 classes');
  await app.close();

  rmSync(second, { recursive: true });
  const again = await launch(home);
  const recents = new StartPage(again.page);
  await expect(recents.recent('second & more')).toBeDisabled();
  await recents.recent('first').click();
  await expect(new FramePage(again.page).dataset('first')).toBeVisible();
  await again.close();
});

test('an archive that is chosen in the dialog is unpacked at once', async ({ start, scratch }) => {
  const tar = join(scratch, 'more.tar');
  writeFileSync(
    tar,
    tarOf([
      { name: 'cats/1.jpg', data: await jpeg(1) },
      { name: 'dogs/1.jpg', data: await jpeg(2) },
    ]),
  );
  const app = await start();
  await app.answer(tar);
  await new StartPage(app.page).root.getByRole('button', { name: 'Open archive…' }).click();
  await expect(new FramePage(app.page).dataset('more')).toBeVisible();
  await new OverviewPage(app.page).indexed();
});

test('a dropped archive is offered to be unpacked', async ({ startElectron, scratch, shell }) => {
  test.skip(shell === 'browser', 'A browser does not tell the path of a dropped file.');
  const parts = await Promise.all(
    ['cats/1.jpg', 'cats/2.jpg', 'dogs/1.jpg'].map(async (name, seed) => ({ name, data: await jpeg(seed) })),
  );
  const folder = join(scratch, 'downloads');
  mkdirSync(folder);
  const zip = join(folder, 'pets.zip');
  writeFileSync(zip, zipOf(parts));
  const before = fingerprint(folder);
  const app = await startElectron();
  const startPage = new StartPage(app.page);
  await startPage.openFolder.waitFor();
  await drop(app, zip);
  const frame = new FramePage(app.page);
  await expect(frame.alerts).toContainText('pets.zip (a ZIP archive');
  await app.page.getByRole('button', { name: 'Unpack and open' }).click();
  await expect(frame.dataset('pets')).toBeVisible();
  await expect(frame.alerts).toHaveCount(0);
  const overview = new OverviewPage(app.page);
  await overview.indexed();
  expect(await overview.counts()).toEqual([
    ['cats', 2],
    ['dogs', 1],
  ]);
  await overview.root.getByText('How this folder was read').click();
  await expect(overview.root).toContainText(`The images are an unpacked copy of ${zip}`);
  await pressMenu(app, 'File', 'Close data set');
  await expect(startPage.recent('pets')).toContainText(zip);
  expect(fingerprint(folder)).toEqual(before);
});

test('a dropped folder opens under any name, and a dropped file is refused in a sentence', async ({
  startElectron,
  scratch,
  shell,
}) => {
  test.skip(shell === 'browser', 'A browser does not tell the path of a dropped folder.');
  const folder = join(scratch, 'my 100% “cats” & dögs #1');
  await writePicture(join(folder, 'cats', '1.png'), 'red');
  await writePicture(join(folder, 'dogs', '1.png'), 'blue');
  const app = await startElectron();
  await new StartPage(app.page).openFolder.waitFor();
  await drop(app, join(folder, 'cats', '1.png'));
  const frame = new FramePage(app.page);
  await expect(frame.alerts).toHaveCount(1);
  await expect(frame.alerts).toContainText('1.png');
  await drop(app, folder);
  await expect(frame.dataset('my 100% “cats” & dögs #1')).toBeVisible();
  const overview = new OverviewPage(app.page);
  await overview.indexed();
  expect(await overview.figure('Images')).toBe('2');
  // With a data set open as well.
  const other = join(scratch, 'other');
  await writePicture(join(other, 'x', '1.png'), 'red');
  await drop(app, other);
  await expect(frame.dataset('other')).toBeVisible();
});

test('a second start passes its folder to the first window and ends', async ({
  startElectron,
  scratch,
  home,
  shell,
}) => {
  test.skip(shell === 'browser', 'A second server is a server of its own.');
  const folder = join(scratch, 'handed on');
  await writeDigits(folder, [3, 3]);
  const app = await startElectron();
  await new StartPage(app.page).openFolder.waitFor();
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  expect(await startBeside(app, home, [folder])).toBe(0);
  await expect(new FramePage(app.page).dataset('handed on')).toBeVisible();
  const minimized = await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.isMinimized()),
  );
  expect(minimized).toEqual([false]);
});

test('the window opens where it was closed', async ({ startElectron, home, shell }) => {
  test.skip(shell === 'browser', 'A page does not place the window of the browser.');
  const app = await startElectron();
  await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 20, y: 30, width: 1150, height: 720 }),
  );
  await app.close();
  const again = await launch(home);
  const bounds = await again.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  expect(bounds).toMatchObject({ width: 1150, height: 720 });
  await again.close();
});

test('an empty folder is reported as empty', async ({ start, scratch }) => {
  const folder = join(scratch, 'nothing here');
  mkdirSync(folder);
  const { page } = await start(folder);
  await expect(new FramePage(page).alerts).toHaveCount(1);
  await expect(new FramePage(page).alerts).toContainText(/nothing here.* empty/);
});

test('a folder without labels is read by a field of its file names', async ({ start, scratch }) => {
  const folder = join(scratch, 'faces');
  mkdirSync(folder);
  const names = Array.from({ length: 24 }, (_, at) => `${20 + at}_${at % 2}_${at % 3}_${2000 + at}.png`);
  for (const [at, name] of names.entries()) await writePicture(join(folder, name), `rgb(${at * 9}, 80, 120)`);
  const app = await start();
  const { page } = app;
  await app.answer(folder);
  await new StartPage(page).openFolder.click();
  await page.getByRole('button', { name: 'Choose the labels…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose the labels' });
  const read = dialog.getByRole('button', { name: 'Read the folder like this' });
  await expect(read).toBeDisabled();
  await dialog.getByRole('radio', { name: /^Field 2 has the values/ }).check();
  await read.click();
  const overview = new OverviewPage(page);
  await overview.indexed();
  expect(await overview.counts()).toEqual([
    ['0', 12],
    ['1', 12],
  ]);
});
