/**
 * The pictures of the README, taken from the real app on the digits of the demo: `npm run screenshots` (about four
 * minutes; needs a display or xvfb-run). One theme and one size keep the files small.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { demoTrainingScript } from '../../src/engine/samples/training.ts';
import { demoNote, writeDemo } from '../../src/engine/samples/writer.ts';
import { launch, makeHome, type App } from './app.ts';
import { FramePage } from './pages/frame.ts';
import { LabelsPage } from './pages/labels.ts';
import { OverviewPage } from './pages/overview.ts';

const SIZE = [1280, 800] as const;
const PER_CLASS = 300;
const SETTLE = 900;
const LAB_MS = 420_000;
const out = resolve('docs/images');
mkdirSync(out, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-screenshots-'));

async function take({ page }: App, name: string): Promise<void> {
  await page.waitForTimeout(SETTLE);
  await page.screenshot({ path: join(out, `${name}.png`) });
}

async function labels(app: App): Promise<void> {
  const page = new LabelsPage(app.page);
  await new FramePage(app.page).go('Labels');
  await page.run();
  await page.suspects.getByRole('option').first().waitFor({ timeout: 240_000 });
  await take(app, 'labels');
  await page.tab('Map');
  await take(app, 'map');
}

async function collapse(app: App): Promise<void> {
  const { page } = app;
  await new FramePage(page).go('Collapse');
  const tabs = page.getByRole('group', { name: 'What to show' });
  await page.getByRole('region', { name: 'Verdict' }).waitFor();
  await take(app, 'diagnosis');
  await tabs.getByRole('button', { name: 'Recipe' }).click();
  await page.getByRole('textbox', { name: 'Script' }).fill(demoTrainingScript);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByRole('list', { name: 'Lines of the script' }).waitFor();
  await take(app, 'recipe');
  await tabs.getByRole('button', { name: 'Lab' }).click();
  await page.getByRole('button', { name: 'Start the lab' }).click();
  await page.getByRole('region', { name: 'Answer' }).waitFor({ timeout: LAB_MS });
  await take(app, 'lab');
}

try {
  const { images, truth } = await writeDemo(join(scratch, 'demo'), { perClass: PER_CLASS, seed: 3 });
  const app = await launch(makeHome(join(scratch, 'home')), ['--note', demoNote(truth), images]);
  await app.resize(...SIZE);
  await app.page.emulateMedia({ colorScheme: 'light' });
  const frame = new FramePage(app.page);
  await new OverviewPage(app.page).indexed();
  await labels(app);
  await frame.go('Overview');
  await take(app, 'overview');
  for (const view of ['Findings', 'Images', 'Review', 'Export'] as const) {
    await frame.go(view);
    await take(app, view.toLowerCase());
  }
  await collapse(app);
  await frame.go('Checklist');
  await take(app, 'checklist');
  await app.close();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
