/** `plumbline serve` in a browser: a set is audited, reviewed and exported with nothing but the printed address. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { reportSchema } from '../../src/contract/model/report';
import { noBrowser, serveTo, type Served } from './browser';
import { expect, test as base } from './fixtures';
import { CollapsePage } from './pages/collapse';
import { ExportPage } from './pages/export';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { LabelsPage } from './pages/labels';
import { OverviewPage } from './pages/overview';
import { ReviewPage } from './pages/review';
import { StartPage } from './pages/start';
import { fingerprint, writeDigits } from './samples';

const test = base.extend<{ readonly serve: (...args: string[]) => Promise<Served> }>({
  serve: async ({ home }, use) => {
    const served: Served[] = [];
    await use(async (...args) => {
      const one = await serveTo(home, args);
      served.push(one);
      return one;
    });
    for (const one of served) await one.close();
    expect(served.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
});

test.skip(noBrowser !== null, noBrowser ?? '');

test('a data set is searched, reviewed by keys, exported and reported in a browser', async ({ serve, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [20, 10]);
  const before = fingerprint(folder);
  const exports = join(scratch, 'exports');
  const served = await serve(folder, '--root', scratch);
  const page = await served.open();
  expect(new URL(page.url()).search).toBe('');
  const frame = new FramePage(page);
  await new OverviewPage(page).indexed();

  await frame.go('Images');
  const gallery = new GalleryPage(page);
  await gallery.search.fill('1/0003');
  await expect(gallery.tiles).toHaveCount(1);
  await gallery.tiles.first().click();
  await expect(gallery.detail).toBeVisible();
  await expect(gallery.detail.getByRole('button', { name: 'Show in file manager' })).toHaveCount(0);
  await gallery.detail.getByRole('button', { name: 'Copy path' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(join(folder, '1', '0003.png'));
  const shown = await gallery.picture.evaluate((picture: HTMLImageElement) => picture.naturalWidth);
  expect(shown).toBeGreaterThan(0);

  // A second page of the same user.
  const other = await served.open();
  await new OverviewPage(other).indexed();
  const otherReview = new ReviewPage(other);
  await otherReview.openByKeys(/^All images/);
  const review = new ReviewPage(page);
  await review.openByKeys(/^All images/);
  await page.keyboard.press('x');
  await expect(review.item('0/0000.png')).toHaveAccessibleName(/Excluded/);
  await expect(otherReview.item('0/0000.png')).toHaveAccessibleName(/Excluded/);
  await other.close();

  await frame.go('Export');
  const view = new ExportPage(page);
  await view.chooseFolder.click();
  const dialog = page.getByRole('dialog', { name: 'Choose a new or empty folder for the export' });
  await dialog.getByRole('button', { name: scratch, exact: true }).click();
  await dialog.getByRole('textbox', { name: 'Name of a new folder' }).fill('exports');
  await dialog.getByRole('button', { name: 'New folder' }).click();
  await expect(dialog.getByText(exports)).toBeVisible();
  await dialog.getByRole('button', { name: 'Export here' }).click();
  await view.start.click();
  await expect(view.done).toContainText('29 images exported');
  await expect(view.done.getByRole('button', { name: 'Show folder' })).toHaveCount(0);
  const images = readdirSync(exports, { recursive: true }).filter((name) => String(name).endsWith('.png'));
  expect(images).toHaveLength(29);

  await frame.go('Overview');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the report' }).click();
  await page.getByRole('button', { name: /^report\.json/ }).click();
  const file = await (await download).path();
  expect((await download).suggestedFilename()).toBe('digits report.json');
  expect(reportSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).dataset.images).toBe(30);
  expect(existsSync(join(folder, 'report.json'))).toBe(false);
  expect(fingerprint(folder)).toEqual(before);
});

test('a script is sent from the user’s computer, and the page goes on after the server was killed', async ({
  serve,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [8, 8]);
  const served = await serve(folder, '--token', 'one-token-for-both-starts');
  const page = await served.open();
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Collapse');
  const collapse = new CollapsePage(page);
  await collapse.tab('Recipe');
  const chooser = page.waitForEvent('filechooser');
  await collapse.script.getByRole('button', { name: 'Choose a file…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Read a training script' });
  await dialog.getByRole('button', { name: 'From this computer…' }).click();
  const text = 'import torch\noptimizer = torch.optim.SGD(net.parameters(), lr=10.0)\n';
  await (await chooser).setFiles({ name: 'train.py', mimeType: 'text/x-python', buffer: Buffer.from(text) });
  await expect(collapse.script).toContainText('train.py');
  await expect(dialog).toHaveCount(0);

  await served.restart();
  await expect(new FramePage(page).notes.filter({ hasText: 'The server was started again.' })).toBeVisible();
  await new FramePage(page).go('Images');
  await expect(new GalleryPage(page).tiles).toHaveCount(16);
  // The browser itself reports the attempts to connect while the server was down.
  served.complaints.splice(0).forEach((one) => expect(one).toMatch(/ERR_CONNECTION_REFUSED|WebSocket/));
});

test('a probe that ran when the server was killed can be resumed in the same page', async ({ serve, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [60, 60]);
  const served = await serve(folder, '--token', 'one-token-for-both-starts');
  const page = await served.open();
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Labels');
  const labels = new LabelsPage(page);
  await labels.cnn.getByRole('button', { name: /^Run/ }).click();
  await expect(labels.running.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /./);
  await served.restart();
  await expect(labels.stopped).toContainText('was interrupted');
  // The started server updates its index at the same time, which excludes the probe.
  await labels.stopped.getByRole('button', { name: 'Resume' }).click();
  await expect(labels.running).toBeVisible();
  await labels.running.getByRole('button', { name: 'Cancel' }).click();
  await expect(labels.stopped).toContainText('was cancelled');
  served.complaints.splice(0).forEach((one) => expect(one).toMatch(/ERR_CONNECTION_REFUSED|WebSocket/));
});

test('recent data sets are opened again, and only those in the permitted folders are listed', async ({
  serve,
  scratch,
}) => {
  const [first, second] = [join(scratch, 'first'), join(scratch, 'second')];
  await writeDigits(first, [4, 3]);
  await writeDigits(second, [3, 3]);
  const page = await (await serve(first, '--root', scratch)).open();
  const frame = new FramePage(page);
  await new OverviewPage(page).indexed();
  await frame.dataset('first').click();
  await page.getByRole('button', { name: 'Close data set' }).click();
  const recent = new StartPage(page).recent('first');
  await expect(recent).toContainText('7 images · 2 classes');
  await recent.click();
  await expect(frame.dataset('first')).toBeVisible();

  const other = await (await serve(second, '--root', second)).open();
  await new OverviewPage(other).indexed();
  await new FramePage(other).dataset('second').click();
  await other.getByRole('button', { name: 'Close data set' }).click();
  await expect(new StartPage(other).recents).toHaveCount(1);
  await expect(new StartPage(other).recent('second')).toBeVisible();
});

test('without the token, the page asks for it', async ({ serve, scratch }) => {
  const served = await serve('--root', scratch);
  const page = await served.open();
  await expect(page.getByRole('main', { name: 'Start' })).toContainText('machine on which Plumbline runs');
  await page.context().clearCookies();
  await page.goto(served.address.replace(/\?.*/, ''));
  const form = page.getByLabel('Token or password');
  await form.fill(/token=(.+)/.exec(served.address)?.[1] ?? '');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('main', { name: 'Start' })).toBeVisible();
  // The browser itself reports the refusal of the page above.
  served.complaints.splice(0).forEach((text) => expect(text).toContain('401'));
});

test('the printed address can be opened by a link on another site', async ({ serve, scratch }) => {
  const served = await serve('--root', scratch);
  const page = await served.open();
  // All its files must have arrived before it loses its cookie.
  await expect(page.getByRole('main', { name: 'Start' })).toBeVisible();
  await page.context().clearCookies();
  await page.goto(`data:text/html,<a href="${served.address}">Open</a>`);
  await page.getByRole('link', { name: 'Open' }).click();
  await expect(page.getByRole('main', { name: 'Start' })).toBeVisible();
  expect(new URL(page.url()).search).toBe('');
});
