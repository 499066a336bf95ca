/** What look.ts shows: each tour goes to one view and opens what is in it. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Locator } from '@playwright/test';
import { demoTrainingScript } from '../../../src/engine/samples/training.ts';
import type { App } from '../app.ts';
import { CollapsePage } from '../pages/collapse.ts';
import { ExportPage } from '../pages/export.ts';
import { FramePage } from '../pages/frame.ts';
import { GalleryPage } from '../pages/gallery.ts';
import { LabelsPage } from '../pages/labels.ts';
import { OverviewPage } from '../pages/overview.ts';
import type { Camera } from './camera.ts';

export interface Tour {
  readonly app: App;
  readonly camera: Camera;
  /** A folder for the files that the tour makes. */
  readonly scratch: string;
  /** The data set that is open. */
  readonly root: string;
}

const PROBE_MS = 400_000;
/** Long enough for a view that only has to ask the engine. */
const SOON = 4000;

/** Clicks what some data sets do not have. */
async function tryClick(control: Locator): Promise<boolean> {
  return control
    .first()
    .click({ timeout: SOON })
    .then(
      () => true,
      () => false,
    );
}

async function overview({ app, camera }: Tour): Promise<void> {
  const { page } = app;
  const view = new OverviewPage(page);
  await new FramePage(page).go('Overview');
  await camera.take('overview');
  await page.keyboard.press('End');
  await view.root.evaluate((main) => {
    for (const element of [main, ...main.querySelectorAll('*')]) element.scrollTop = element.scrollHeight;
  });
  await camera.take('overview-end');
  if (await view.changeLayout.isVisible()) {
    await view.changeLayout.click();
    await camera.take('overview-layouts');
    await page.keyboard.press('Escape');
  }
}

async function findings({ app, camera }: Tour): Promise<void> {
  const { page } = app;
  await new FramePage(page).go('Findings');
  await camera.take('findings');
  for (const [index, name] of ['findings-second', 'findings-third'].entries()) {
    if (await tryClick(page.getByRole('option').nth(index + 1))) await camera.take(name);
  }
  if (await tryClick(page.getByRole('button', { name: 'Thresholds' }))) await camera.take('thresholds');
}

async function labels({ app, camera }: Tour): Promise<void> {
  const { page } = app;
  const view = new LabelsPage(page);
  await new FramePage(page).go('Labels');
  await camera.take('labels-before');
  if (!(await tryClick(view.probe.getByRole('button', { name: /^Run/ })))) return;
  await view.running.waitFor({ timeout: SOON }).then(
    () => camera.take('labels-running'),
    () => undefined,
  );
  await view.running.waitFor({ state: 'detached', timeout: PROBE_MS });
  await camera.take('labels');
  if (await tryClick(view.pair)) await camera.take('labels-pairs');
  await page.keyboard.press('Escape');
  if (await tryClick(view.suspects.getByRole('option'))) await camera.take('labels-image');
  await page.keyboard.press('Escape');
  for (const tab of ['Confusion', 'Map', 'Learning curves'] as const) {
    if (!(await tryClick(page.getByRole('group', { name: 'What to show' }).getByRole('button', { name: tab }))))
      continue;
    await camera.take(`labels-${tab.toLowerCase()}`);
  }
}

async function images({ app, camera }: Tour): Promise<void> {
  const { page } = app;
  const view = new GalleryPage(page);
  await new FramePage(page).go('Images');
  await camera.take('images');
  await view.tiles.nth(3).click();
  await camera.take('image');
  await page.keyboard.press('c');
  await camera.take('image-compare');
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await camera.take('image-large');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await view.root.getByRole('button', { name: /^Class: / }).click();
  await camera.take('images-classes');
  await page.keyboard.press('Escape');
  await view.grid.focus();
  await page.keyboard.press('Control+a');
  await camera.take('images-selected');
  await page.keyboard.press('Escape');
  if (await tryClick(view.root.getByRole('button', { name: /^Measures/ }))) await camera.take('images-measures');
  await page.keyboard.press('Escape');
  if (await tryClick(view.tiles.nth(1))) {
    await page.keyboard.press('m');
    await camera.take('images-like');
    await page.keyboard.press('Escape');
  }
}

async function review({ app, camera }: Tour): Promise<void> {
  const { page } = app;
  await new FramePage(page).go('Review');
  await camera.take('review');
  await page.getByRole('button', { name: /^Queue: / }).click();
  await camera.take('review-queues');
  await page.keyboard.press('Escape');
  if (await tryClick(page.getByRole('button', { name: 'Many', exact: true }))) await camera.take('review-many');
  if (await tryClick(page.getByRole('button', { name: 'One', exact: true }))) {
    await page.keyboard.press('r');
    await camera.take('review-class-dialog');
    await page.keyboard.press('Escape');
  }
}

/** Predictions of one class for nearly everything, as a collapsed net makes them. */
function writePredictions({ root, scratch }: Tour): string {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({
      path: relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'),
      label: relative(root, entry.parentPath).replace(/^(train|test|val|validation)\//, ''),
    }));
  const usual = files[0]?.label ?? '';
  const rows = files.map(({ path, label }, i) => `"${path}","${i % 9 === 0 ? label : usual}"`);
  const file = join(scratch, 'predictions.csv');
  writeFileSync(file, ['path,predicted', ...rows, ''].join('\n'));
  return file;
}

function writeWatched({ scratch }: Tour): string {
  const folder = join(scratch, 'watched');
  mkdirSync(folder, { recursive: true });
  const truth = Array.from({ length: 90 }, (_, i) => i % 3);
  const lines = [
    { kind: 'run', format: 1, framework: 'keras', version: '3', host: 'far', at: 1, classes: ['0', '1', '2'] },
    { kind: 'sample', labels: truth },
    ...Array.from({ length: 12 }, (_, i) => ({
      kind: 'epoch',
      epoch: i + 1,
      steps: 300 * (i + 1),
      loss: 1.1 / (i + 1) + 0.6,
      predicted: i < 4 ? truth : truth.map(() => 1),
    })),
  ];
  writeFileSync(join(folder, 'watch-1.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return folder;
}

async function collapse(tour: Tour): Promise<void> {
  const { app, camera } = tour;
  const { page } = app;
  const view = new CollapsePage(page);
  await new FramePage(page).go('Collapse');
  await camera.take('collapse-before');
  await app.answer(writePredictions(tour));
  await page.getByRole('button', { name: 'Import predictions…' }).first().click();
  await view.article.getByRole('heading', { name: 'predictions.csv' }).waitFor({ timeout: 60_000 });
  await camera.take('collapse');
  await view.article.evaluate((article) => {
    for (let element: Element | null = article; element !== null; element = element.parentElement)
      element.scrollTop = element.scrollHeight;
  });
  await camera.take('collapse-end');
  await view.tab('Recipe');
  await camera.take('recipe-before');
  await view.paste(demoTrainingScript);
  await page.getByRole('list', { name: 'Lines of the script' }).waitFor();
  await camera.take('recipe');
  if (await tryClick(page.getByRole('button', { name: /^Show the changed script/ }))) {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox').first().waitFor();
    for (const box of await dialog.getByRole('checkbox').all()) await box.check().catch(() => undefined);
    await camera.take('recipe-remedy');
    await page.keyboard.press('Escape');
  }
  await view.tab('Lab');
  await camera.take('lab');
  await view.tab('Training');
  await camera.take('training-before');
  await app.answer(writeWatched(tour));
  await page.getByRole('button', { name: 'Choose the watched folder…' }).click();
  await page.getByRole('button', { name: 'Stop watching' }).waitFor();
  await camera.take('training');
}

async function exporting({ app, camera, scratch }: Tour): Promise<void> {
  const { page } = app;
  const view = new ExportPage(page);
  await new FramePage(page).go('Export');
  await view.table.waitFor({ timeout: 60_000 });
  await camera.take('export');
  if (await tryClick(view.options.getByRole('checkbox'))) await camera.take('export-changed');
  await app.answer(join(scratch, 'exported'));
  mkdirSync(join(scratch, 'exported'));
  await view.chooseFolder.click();
  await view.start.click();
  await view.done.waitFor({ timeout: 120_000 });
  await camera.take('export-done');
}

async function rest({ app, camera }: Tour): Promise<void> {
  const { page } = app;
  await new FramePage(page).go('Checklist');
  await camera.take('checklist');
  await page.keyboard.press('?');
  await camera.take('keys');
  await page.keyboard.press('Escape');
}

export const tours: Readonly<Record<string, (tour: Tour) => Promise<void>>> = {
  labels,
  overview,
  findings,
  images,
  review,
  collapse,
  export: exporting,
  rest,
};
