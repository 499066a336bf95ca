/** The rules of axe-core that matter most (impact serious or critical), in every view and in both themes. */
import { readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { CollapsePage } from './pages/collapse';
import { FramePage } from './pages/frame';
import { GalleryPage } from './pages/gallery';
import { LabelsPage } from './pages/labels';
import { OverviewPage } from './pages/overview';
import { StartPage } from './pages/start';
import { writeDigits } from './samples';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCRIPT = `import tensorflow as tf
model = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(3, activation='softmax')])
model.compile(optimizer=tf.keras.optimizers.Adam(0.5), loss='categorical_crossentropy', metrics=['accuracy'])
`;
/** A tile of a picture is named by a sentence that says more than the marks on it, so its name differs from them. */
const NAMED_BY_A_SENTENCE = { rule: 'label-content-name-mismatch', role: 'role="option"' };

/** What breaks a rule now, in both themes: theme, rule, element. */
async function violations(page: Page): Promise<string[]> {
  const out: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe(colorScheme);
    const found = await page.evaluate(async (exempt) => {
      // A colour that still changes from one theme to the other would be judged in between.
      await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)));
      const { axe } = window as unknown as { axe: { run(root: Document): Promise<AxeResults> } };
      const { violations: broken } = await axe.run(document);
      return broken
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) =>
          nodes
            .filter(({ html }) => id !== exempt.rule || !html.includes(exempt.role))
            .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
        );
    }, NAMED_BY_A_SENTENCE);
    out.push(...found.map((text) => `${colorScheme}: ${text}`));
  }
  return out;
}

/** Opens everything that a button of the view opens as a popover, one after the other. */
async function eachPopover(page: Page, seen: (name: string) => Promise<void>): Promise<void> {
  for (const button of await page
    .getByRole('main')
    .locator('button[aria-haspopup="dialog"][aria-expanded]:visible')
    .all()) {
    await button.click();
    await expect(button).toHaveAttribute('aria-expanded', 'true');
    await seen((await button.getAttribute('aria-label')) ?? (await button.innerText()));
    await page.keyboard.press('Escape');
    await expect(button).toHaveAttribute('aria-expanded', 'false');
  }
}

test('no view breaks a serious accessibility rule', async ({ start, scratch }) => {
  test.slow();
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [60, 40, 30]);
  for (const index of [3, 11, 25])
    renameSync(join(folder, '0', `00${String(index).padStart(2, '0')}.png`), join(folder, '1', `wrong-${index}.png`));
  const { page } = await start(folder);
  await page.evaluate(AXE);
  const broken: string[] = [];
  const look = async (name: string): Promise<void> => {
    broken.push(...(await violations(page)).map((text) => `${name}, ${text}`));
  };

  await new OverviewPage(page).indexed();
  const frame = new FramePage(page);
  const labels = new LabelsPage(page);
  await frame.go('Labels');
  await look('Labels without a probe');
  await labels.run();
  await expect(labels.suspects).toBeVisible();
  for (const tab of ['Confusion', 'Map', 'Suspicious labels'] as const) {
    await labels.tab(tab);
    await look(`Labels, ${tab}`);
  }

  await frame.go('Collapse');
  const collapse = new CollapsePage(page);
  for (const tab of ['Diagnosis', 'Recipe', 'Lab'] as const) {
    await collapse.tab(tab);
    await look(`Collapse, ${tab}`);
  }
  await collapse.tab('Recipe');
  await collapse.paste(SCRIPT);
  await look('Collapse, a script that was read');
  await page.getByRole('button', { name: 'Show the changed script…' }).click();
  await look('Collapse, the changed script');
  await page.keyboard.press('Escape');

  await frame.go('Images');
  const gallery = new GalleryPage(page);
  await gallery.tiles.nth(2).click();
  await gallery.detail.waitFor();
  await eachPopover(page, (name) => look(`Images, ${name}`));
  await page.keyboard.press('?');
  await look('Keys');
  await page.keyboard.press('Escape');

  for (const view of ['Overview', 'Findings', 'Checklist', 'Review', 'Export'] as const) {
    await frame.go(view);
    await page.getByRole('main').waitFor();
    await look(view);
  }
  expect(broken).toEqual([]);
});

test('the start page breaks no serious accessibility rule', async ({ start }) => {
  const { page } = await start();
  await new StartPage(page).openFolder.waitFor();
  await page.evaluate(AXE);
  expect(await violations(page)).toEqual([]);
});
