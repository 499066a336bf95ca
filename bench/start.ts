/**
 * Time from the start of the process to the first content of the window, on an indexed data set, in comparison with a
 * bare Electron that shows one static page in the same run: `node bench/start.ts [ROUNDS]` after `npm run build`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { _electron, type Page } from '@playwright/test';
import { figure, median } from './figures.ts';
import { launch, makeHome, type Home } from '../test/e2e/app.ts';
import { OverviewPage } from '../test/e2e/pages/overview.ts';
import { writeDigits } from '../test/e2e/samples.ts';

const ROUNDS = Number(process.argv[2] ?? 7);
const IMAGES_PER_CLASS = 200;
const BARE = `
const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 820 }).loadFile(require('node:path').join(__dirname, 'page.html')));
app.on('window-all-closed', () => app.quit());`;

/**
 * Wall clock time of a page's first contentful paint, in milliseconds since the epoch. Chromium records it, so it can
 * be read later without disturbing it.
 */
async function firstPaint(page: Page): Promise<number> {
  for (;;) {
    const painted = await page.evaluate(
      () =>
        performance
          .getEntriesByName('first-contentful-paint')
          .map(({ startTime }) => performance.timeOrigin + startTime)[0],
    );
    if (painted !== undefined) return painted;
    await sleep(20);
  }
}

async function timeBare(folder: string, home: Home): Promise<number> {
  const began = Date.now();
  const electron = await _electron.launch({ args: [...home.switches, folder], env: home.env });
  const painted = await firstPaint(await electron.firstWindow());
  await electron.close();
  return painted - began;
}

async function timeApp(dataset: string, home: Home): Promise<{ first: number; counts: number }> {
  const began = Date.now();
  const app = await launch(home, [dataset]);
  const first = (await firstPaint(app.page)) - began;
  await new OverviewPage(app.page).classBars.first().waitFor();
  const counts = Date.now() - began;
  await app.close();
  return { first, counts };
}

const scratch = mkdtempSync(join(tmpdir(), 'plumbline-bench-start-'));
try {
  writeFileSync(join(scratch, 'package.json'), '{"main":"main.js"}');
  writeFileSync(join(scratch, 'main.js'), BARE);
  writeFileSync(join(scratch, 'page.html'), '<!doctype html><title>Bare</title><h1>Bare</h1>');
  const dataset = join(scratch, 'digits');
  await writeDigits(
    dataset,
    Array.from({ length: 10 }, () => IMAGES_PER_CLASS),
  );
  const home = makeHome(join(scratch, 'home'));
  const bareHome = makeHome(join(scratch, 'bare-home'));
  const indexing = await launch(home, [dataset]);
  await new OverviewPage(indexing.page).indexed();
  await indexing.close();
  const bare: number[] = [];
  const first: number[] = [];
  const counts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await timeBare(scratch, bareHome));
    const times = await timeApp(dataset, home);
    first.push(times.first);
    counts.push(times.counts);
  }
  const base = median(bare);
  figure(
    'start to first content / bare Electron',
    `${(median(first) / base).toFixed(2)} ×`,
    '< 2 s',
    median(first) < 2000,
    `${median(first).toFixed(0)} ms; bare ${base.toFixed(0)} ms`,
  );
  figure(
    'start to class counts on screen / bare Electron',
    `${(median(counts) / base).toFixed(2)} ×`,
    null,
    true,
    `${median(counts).toFixed(0)} ms`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
