/** Light and dark, small and large windows. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

const VIEWS = ['Overview', 'Findings', 'Labels', 'Collapse', 'Checklist', 'Images', 'Review', 'Export'] as const;

/** Luminance of the page's background, 0–1. */
function lightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const [red = 0, green = 0, blue = 0] =
      getComputedStyle(document.body).backgroundColor.match(/\d+/g)?.map(Number) ?? [];
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  });
}

/** Elements whose text is cut off without an ellipsis, or that extend beyond the window. */
function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const own = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
      );
      if (!own || box.width < 2 || style.visibility === 'hidden' || element.closest('svg') !== null) continue;
      const label = `${element.tagName.toLowerCase()} “${element.textContent.trim().slice(0, 40)}”`;
      if (
        style.overflowX !== 'visible' &&
        style.textOverflow !== 'ellipsis' &&
        element.scrollWidth > element.clientWidth + 1
      )
        out.push(`cut: ${label}`);
      if (box.right > innerWidth + 1 || box.left < -1) out.push(`outside: ${label}`);
    }
    return out;
  });
}

test('the theme follows the system, can be chosen, and is remembered', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [4, 4]);
  const app = await start(folder);
  const frame = new FramePage(app.page);
  await new OverviewPage(app.page).indexed();
  await app.page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => lightness(app.page)).toBeLessThan(0.3);
  await app.page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => lightness(app.page)).toBeGreaterThan(0.7);
  await frame.theme.click();
  await frame.theme.click();
  await expect(frame.theme).toHaveAccessibleName('Theme: dark');
  await expect.poll(() => lightness(app.page)).toBeLessThan(0.3);
  await app.page.reload();
  await new OverviewPage(app.page).indexed();
  await expect.poll(() => lightness(app.page)).toBeLessThan(0.3);
});

test('nothing is cut off in any view, from the smallest window to a large one', async ({ start, scratch, shell }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [30, 20, 10, 5, 5, 5, 5, 5, 5, 5]);
  const app = await start(folder);
  await new OverviewPage(app.page).indexed();
  const frame = new FramePage(app.page);
  // Electron’s window does not become as small as that.
  const sizes = [shell === 'electron' ? [200, 200] : [1100, 700], [2560, 1440]] as const;
  for (const [width, height] of sizes) {
    await app.resize(width, height);
    const least = [Math.max(width, 1000), Math.max(height, 600)];
    await expect
      .poll(() => app.page.evaluate(([x = 0, y = 0]) => [innerWidth >= x, innerHeight >= y], least))
      .toEqual([true, true]);
    for (const view of VIEWS) {
      await frame.go(view);
      await app.page.getByRole('main', { name: view }).waitFor();
      await expect.poll(() => clipped(app.page), `${view}, ${width} × ${height}`).toEqual([]);
    }
  }
});

test('the measures take the place that a long list of findings leaves beside few classes', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [4, 4]);
  const app = await start(folder);
  const overview = new OverviewPage(app.page);
  await overview.indexed();
  await app.resize(1440, 900);
  const health = overview.root.getByRole('region', { name: 'Health' });
  const places = async () => {
    const [left, right] = [await overview.measures.boundingBox(), await health.boundingBox()];
    return left !== null && right !== null && left.x + left.width <= right.x && left.y < right.y + right.height;
  };
  await expect.poll(places).toBe(true);
});
