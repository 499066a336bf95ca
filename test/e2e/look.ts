/**
 * Pictures of every view for visual inspection: both themes, the smallest window and a larger one. `xvfb-run -a -s
 * "-screen 0 1600x1000x24" node test/e2e/look.ts OUT [DIR]` after `npm run build`. Without DIR it uses an imbalanced
 * set of digits.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launch, makeHome, type App } from './app.ts';
import { FramePage } from './pages/frame.ts';
import { GalleryPage } from './pages/gallery.ts';
import { OverviewPage } from './pages/overview.ts';
import { StartPage } from './pages/start.ts';
import { writeDigits } from './samples.ts';

const SIZES = [
  [1100, 700],
  [1440, 900],
] as const;
const THEMES = ['light', 'dark'] as const;
/** Longer than any transition and than loading a screen of thumbnails. */
const SETTLE = 600;

/** One picture of the current view per theme and size. */
async function take(app: App, out: string, name: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await app.resize(width, height);
    for (const theme of THEMES) {
      await app.page.emulateMedia({ colorScheme: theme });
      await app.page.waitForTimeout(SETTLE);
      await app.page.screenshot({ path: join(out, `${name}-${theme}-${width}x${height}.png`) });
    }
  }
}

async function takeAll(app: App, out: string): Promise<void> {
  const { page } = app;
  const overview = new OverviewPage(page);
  await overview.indexing.waitFor({ timeout: 3000 }).then(
    () => take(app, out, 'indexing'),
    () => undefined,
  );
  await overview.indexed();
  const navigation = page.getByRole('navigation', { name: 'Views' }).getByRole('button');
  for (const button of await navigation.all()) {
    await button.click();
    const name = (await button.innerText()).split('\n')[0]?.trim().toLowerCase() ?? 'view';
    await take(app, out, name);
  }
  await new FramePage(page).go('Overview');
  if (await overview.changeLayout.isVisible()) {
    await overview.changeLayout.click();
    await take(app, out, 'overview-layouts');
    await page.keyboard.press('Escape');
  }
  await new FramePage(page).go('Images');
  const gallery = new GalleryPage(page);
  await gallery.tiles.nth(3).click();
  await take(app, out, 'image');
  await page.keyboard.press('f');
  await take(app, out, 'image-large');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await take(app, out, 'keys');
}

const [target, dir] = process.argv.slice(2);
if (target === undefined) throw new Error('Say into which folder the pictures go.');
const out = resolve(target);
mkdirSync(out, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-look-'));
try {
  const home = makeHome(join(scratch, 'home'));
  const digits = join(scratch, 'digits');
  if (dir === undefined) await writeDigits(digits, [400, 380, 300, 260, 200, 120, 80, 40, 12, 3]);
  const app = await launch(home, [resolve(dir ?? digits)]);
  await takeAll(app, out);
  await app.close();
  const start = await launch(home);
  await new StartPage(start.page).recents.first().waitFor();
  await take(start, out, 'start');
  await start.close();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
