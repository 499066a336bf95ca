/** The gallery: scrolling, filters, and the panel of one image, by mouse and by keyboard. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { makeHome } from './app';
import { noBrowser } from './browser';
import { expect, launchIn, oneApp, test } from './fixtures';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { OverviewPage } from './pages/overview';
import { writeDigits, writePicture } from './samples';

async function openGallery(page: Page): Promise<GalleryPage> {
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Images');
  const gallery = new GalleryPage(page);
  await gallery.tiles.first().waitFor();
  return gallery;
}

/** True if the browser has decoded the picture and not only inserted its element. */
const shown = (image: HTMLImageElement) => image.complete && image.naturalWidth > 0;

/** Of the digits 0 to 3. */
const COUNTS = [150, 140, 160, 150];

test.describe('of hundreds of digits', () => {
  const app = oneApp(async (folder, shell) => {
    test.skip(shell === 'browser' && noBrowser !== null, noBrowser ?? '');
    const digits = join(folder, 'digits');
    await writeDigits(digits, COUNTS);
    return launchIn(shell, makeHome(join(folder, 'home')), [digits], folder);
  });

  test('hundreds of images scroll with only a few tiles, each with its picture', async () => {
    const { page } = app();
    const gallery = await openGallery(page);
    await expect(gallery.total).toHaveText('600 images');
    expect(await gallery.tiles.count()).toBeLessThan(200);
    await expect(gallery.tile('0/0000.png')).toBeVisible();
    await gallery.grid.evaluate((grid) => (grid.scrollTop = grid.scrollHeight));
    await expect(gallery.tile('3/0149.png')).toBeVisible();
    await expect(gallery.tile('0/0000.png')).toHaveCount(0);
    await expect.poll(() => gallery.tile('3/0149.png').locator('img').evaluate(shown)).toBe(true);
  });

  test('pictures are not drawn during fast scrolling, and all of them appear when it stops', async () => {
    const { page } = app();
    const gallery = await openGallery(page);
    const bare = await gallery.grid.evaluate(async (grid) => {
      let frames = 0;
      for (let step = 0; step <= 40; step += 1) {
        grid.scrollTop = step % 2 === 0 ? 0 : grid.scrollHeight;
        await new Promise((next) => requestAnimationFrame(next));
        if (grid.querySelector('img') === null) frames += 1;
      }
      return frames;
    });
    expect(bare).toBeGreaterThan(0);
    for (const path of ['0/0000.png', '0/0007.png', '0/0014.png'])
      await expect.poll(() => gallery.tile(path).locator('img').evaluate(shown)).toBe(true);
    await expect(gallery.tiles.first()).toHaveAttribute('aria-posinset', '1');
    await expect(gallery.tiles.first()).toHaveAccessibleName(/^0\/0000\.png, /);
  });

  test('a class in the overview opens as its images', async () => {
    const { page } = app();
    const overview = new OverviewPage(page);
    await overview.indexed();
    await overview.openClass('1').click();
    await expect(new GalleryPage(page).total).toHaveText(`${COUNTS[1]} images match`);
  });

  test('everything can be done with the keyboard', async () => {
    const { page } = app();
    const overview = new OverviewPage(page);
    await overview.indexed();
    await new FramePage(page).goByKeys('Images');
    const gallery = new GalleryPage(page);
    await gallery.grid.focus();
    await expect.poll(() => gallery.active()).toMatch(/^0\/0000\.png/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => gallery.active()).toMatch(/^0\/0002\.png/);
    await page.keyboard.press('Enter');
    await expect(gallery.detail).toContainText('0002.png');
    await page.keyboard.press('ArrowRight');
    await expect(gallery.detail).toContainText('0003.png');
    await page.keyboard.press('Escape');
    await expect(gallery.detail).toHaveCount(0);
    await page.keyboard.press('End');
    await expect.poll(() => gallery.active()).toMatch(/^3\/0149\.png/);
    await page.keyboard.press('/');
    await expect(gallery.search).toBeFocused();
    await page.keyboard.type('0007');
    await expect(gallery.total).toHaveText('4 images match');
  });

  test('every control can be reached with Tab', async () => {
    const { page } = app();
    await new OverviewPage(page).indexed();
    const controls = await page.locator('button:visible:enabled, input:visible, select:visible').count();
    const reached = new Set<string>();
    for (let press = 0; press < controls + 15; press++) {
      await page.keyboard.press('Tab');
      reached.add(
        await page.evaluate(
          () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent.trim() ?? '',
        ),
      );
    }
    for (const name of ['Look for changes', 'Log', 'Keyboard shortcuts']) expect([...reached]).toContain(name);
    expect([...reached].some((name) => name.startsWith('Images'))).toBe(true);
    expect([...reached].some((name) => name.startsWith('Theme: '))).toBe(true);
  });

  test('two selected images are compared, and zoomed together', async () => {
    const { page } = app();
    const gallery = await openGallery(page);
    await gallery.tile('0/0001.png').click({ modifiers: ['Control'] });
    await gallery.tile('0/0003.png').click({ modifiers: ['Control'] });
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog', { name: 'Compare two pictures' });
    const pictures = dialog.getByRole('img', { name: /^Image / });
    await expect(pictures).toHaveCount(2);
    for (const at of [0, 1]) await expect.poll(() => pictures.nth(at).evaluate(shown)).toBe(true);
    const transforms = () => pictures.evaluateAll((all) => all.map((one) => (one as HTMLElement).style.transform));
    await page.keyboard.press('+');
    await expect.poll(transforms).toEqual(Array(2).fill(expect.stringContaining('scale(1.25)')));
    await page.keyboard.press('t');
    await page.keyboard.press('+');
    await expect
      .poll(transforms)
      .toEqual([expect.stringContaining('scale(1.5625)'), expect.stringContaining('scale(1.25)')]);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  });

  test('a bar of a histogram opens the images it counts, by mouse and by keyboard, until its chip is removed', async () => {
    const { page } = app();
    const gallery = await openGallery(page);
    await new FramePage(page).go('Overview');
    const bars = page.getByRole('group', { name: 'Brightness: show images' }).getByRole('button');
    const counted = async (at: number) =>
      /: (\d+ images?)\. Show them$/.exec((await bars.nth(at).getAttribute('aria-label')) ?? '')?.[1] ?? '';
    const first = await counted(0);
    await bars.nth(0).click();
    await expect(gallery.total).toHaveText(new RegExp(`^${first} match`));
    const chip = page.getByRole('button', { name: /^Remove from the filter: Brightness/ });
    await chip.click();
    await expect(gallery.total).toHaveText('600 images');

    await new FramePage(page).go('Overview');
    const second = await counted(1);
    await bars.nth(0).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(chip).toBeVisible();
    await expect(gallery.total).toHaveText(new RegExp(`^${second} match`));
  });
});

test('a picture of the selection is dragged out with the others, and their paths are copied', async ({
  startElectron,
  scratch,
  shell,
}) => {
  test.skip(shell === 'browser', 'A browser cannot drag files of another machine to a program.');
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [4, 4]);
  const app = await startElectron(folder);
  const { electron, page } = app;
  const gallery = await openGallery(page);
  // The drop on another program is the desktop's part. Here the shell notes what it would hand over.
  await electron.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    webContents.startDrag = ({ file, files }) => {
      process.env.PLUMBLINE_DRAGGED = JSON.stringify(files ?? [file]);
    };
  });
  const dragged = () => electron.evaluate(() => JSON.parse(process.env.PLUMBLINE_DRAGGED ?? '[]') as string[]);
  const drag = (path: string) => gallery.tile(path).locator('img').dispatchEvent('dragstart');

  await drag('0/0001.png');
  await expect.poll(dragged).toEqual([join(folder, '0', '0001.png')]);

  const chosen = ['0/0000.png', '0/0002.png', '1/0001.png'];
  for (const path of chosen) await gallery.tile(path).click({ modifiers: ['Control'] });
  await drag('0/0002.png');
  await expect.poll(dragged).toHaveLength(3);
  expect((await dragged())[0]).toBe(join(folder, '0', '0002.png'));
  expect((await dragged()).toSorted()).toEqual(chosen.map((path) => join(folder, ...path.split('/'))));

  await page.getByRole('button', { name: 'Copy paths' }).click();
  await expect(page.getByText('3 paths copied.')).toBeVisible();
  expect((await app.clipboard()).split('\n')).toEqual(chosen.map((path) => join(folder, ...path.split('/'))));
  await drag('1/0003.png');
  await expect.poll(dragged).toEqual([join(folder, '1', '0003.png')]);
});

test('filters for class, format, text and readability narrow the list and can be removed', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'mixed');
  await writeDigits(folder, [12, 8]);
  await writePicture(join(folder, '2', 'photo.jpg'), 'orange');
  writeFileSync(join(folder, '2', 'broken.png'), 'no image at all');
  const { page } = await start(folder);
  const gallery = await openGallery(page);
  await expect(gallery.total).toHaveText('22 images, 1 of them unreadable');
  await gallery.pick('Class', '0', '2');
  await expect(gallery.total).toHaveText('14 images match');
  await gallery.pick('Format', 'JPEG');
  await expect(gallery.total).toHaveText('1 image matches');
  await expect(gallery.tile('2/photo.jpg')).toBeVisible();
  await gallery.root.getByRole('button', { name: 'Clear' }).click();
  await gallery.search.fill('0003');
  await expect(gallery.total).toHaveText('2 images match');
  await gallery.root.getByRole('button', { name: 'Clear' }).click();
  await gallery.readable.selectOption('Unreadable');
  await expect(gallery.tiles).toHaveCount(1);
  await gallery.tile('2/broken.png').click();
  await expect(gallery.detail).toContainText(/not|no image/i);
});

test('a format in the overview opens its images, with any file extension', async ({ start, scratch }) => {
  const folder = join(scratch, 'mixed');
  await writeDigits(folder, [6, 5]);
  await writePicture(join(folder, '1', 'photo.webp'), 'teal');
  copyFileSync(join(folder, '1', 'photo.webp'), join(folder, '0', 'really-webp.png'));
  const { page } = await start(folder);
  const overview = new OverviewPage(page);
  await overview.indexed();
  await expect(overview.formats).toHaveText([/PNG\s*11/, /WebP\s*2/]);
  await overview.formats.nth(1).click();
  const gallery = new GalleryPage(page);
  await expect(gallery.total).toHaveText('2 images match');
  await expect(gallery.tile('0/really-webp.png')).toBeVisible();
  await gallery.pick('Format', 'WebP');
  await expect(gallery.total).toHaveText('13 images');
});

test('a click opens the picture with its facts', async ({ start, scratch }) => {
  const folder = join(scratch, 'colours');
  await writePicture(join(folder, 'warm', 'wide.png'), 'rgb(200, 40, 20)', { width: 120, height: 40 });
  await writePicture(join(folder, 'warm', 'tall.png'), 'rgb(210, 50, 20)', { width: 40, height: 120 });
  await writePicture(join(folder, 'cold', 'even.jpg'), 'rgb(20, 40, 200)', { width: 90, height: 90 });
  const { page } = await start(folder);
  const gallery = await openGallery(page);
  await gallery.tile('warm/wide.png').click();
  await expect.poll(() => gallery.picture.evaluate(shown)).toBe(true);
  expect(
    await gallery.picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]),
  ).toEqual([120, 40]);
  await expect(gallery.fact('Class')).toHaveText('warm');
  await expect(gallery.fact('Size')).toHaveText('120 × 40 px');
  await expect(gallery.fact('Mean colour')).toContainText('200 40 20');
  await expect(gallery.fact('SHA-256')).toHaveText(/^[0-9a-f]{64}$/);
  await gallery.detail.getByRole('button', { name: 'Previous image' }).click();
  await expect(gallery.fact('Size')).toHaveText('40 × 120 px');
  await gallery.close.click();
  await expect(gallery.detail).toHaveCount(0);
});

test('no tile is cut off when the open panel makes the list scroll', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [16]);
  const app = await start(folder);
  await app.resize(1200, 800);
  const gallery = await openGallery(app.page);
  const hidden = (): Promise<number> => gallery.grid.evaluate((grid) => grid.scrollHeight - grid.clientHeight);
  await expect.poll(hidden).toBe(0);
  await gallery.tiles.first().click();
  await expect.poll(hidden).toBeGreaterThan(0);
  const edge = await gallery.grid.evaluate(
    (grid) => grid.getBoundingClientRect().left + grid.clientWidth - parseFloat(getComputedStyle(grid).paddingRight),
  );
  const ends = await gallery.tiles.evaluateAll((tiles) => tiles.map((tile) => tile.getBoundingClientRect().right));
  expect(Math.max(...ends)).toBeLessThanOrEqual(edge);
});

test('a name that contains markup is shown as text', async ({ start, scratch }) => {
  const folder = join(scratch, 'names');
  const name = `<img src=x onerror="window.ran=1">'&.png`;
  await writePicture(join(folder, '<b>bold<', name), 'red');
  await writePicture(join(folder, 'plain', 'ünïcode 🦊\nnew line.png'), 'blue');
  const { page } = await start(folder);
  const overview = new OverviewPage(page);
  await overview.indexed();
  expect((await overview.counts()).map(([className]) => className)).toContain('<b>bold<');
  await new FramePage(page).go('Images');
  const gallery = new GalleryPage(page);
  await gallery.tiles.filter({ hasText: 'onerror' }).click();
  await expect(gallery.detail).toContainText(name);
  await expect.poll(() => gallery.picture.evaluate(shown)).toBe(true);
  await gallery.close.click();
  await gallery.tiles.filter({ hasText: '🦊' }).click();
  await expect.poll(() => gallery.picture.evaluate(shown)).toBe(true);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
});
