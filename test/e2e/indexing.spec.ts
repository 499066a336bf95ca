/** The index job as a user sees it: progress, cancelling, continuing, an engine that dies, layouts. */
import { readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { App, Home } from './app';
import { expect, test } from './fixtures';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { fingerprint, writePicture, writeSlow } from './samples';

/** Enough images for an index to take seconds on any number of cores. */
const COUNTS = { noise: 48 * availableParallelism(), static: 32 * availableParallelism() };
const TOTAL = COUNTS.noise + COUNTS.static;
const EXPECTED = Object.entries(COUNTS);

/** True if no process holds a write lock on an index in this home. */
function unlocked(home: Home): boolean {
  const files = readdirSync(home.cache, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sqlite'),
  );
  return files.every((name) => {
    const store = new Database(join(home.cache, name), { timeout: 0 });
    try {
      store.exec('BEGIN IMMEDIATE; ROLLBACK');
      return true;
    } catch {
      return false;
    } finally {
      store.close();
    }
  });
}

/**
 * Waits until measuring is in progress and stops the engine between two writes, so that it cannot finish before the
 * test has done its part, even on a busy machine. Returns the engine's process id; `SIGCONT` lets it continue.
 */
async function underWay(app: App, home: Home): Promise<number> {
  const { page } = app;
  // What the view shows needs an answer of the engine.
  await expect(new OverviewPage(page).indexing).toBeVisible();
  const engine = await app.engine();
  const done = () =>
    new FramePage(page).progress.getAttribute('aria-valuenow', { timeout: 1000 }).then(Number, () => 0);
  await expect.poll(done, { intervals: [20] }).toBeGreaterThan(5);
  process.kill(engine, 'SIGSTOP');
  while (!unlocked(home)) {
    process.kill(engine, 'SIGCONT');
    await sleep(5);
    process.kill(engine, 'SIGSTOP');
  }
  return engine;
}

test('an index shows its progress, can be cancelled, and continues where it stopped', async ({
  start,
  scratch,
  home,
}) => {
  const folder = join(scratch, 'slow');
  await writeSlow(folder, COUNTS);
  const before = fingerprint(folder);
  const app = await start(folder);
  const { page } = app;
  const [frame, overview] = [new FramePage(page), new OverviewPage(page)];
  const engine = await underWay(app, home);
  await expect(overview.indexing).toContainText(new RegExp(`[\\d,]+ of ${TOTAL.toLocaleString('en')}`));
  await frame.cancel.click();
  process.kill(engine, 'SIGCONT');
  await expect(overview.indexing).toContainText('cancelled');
  // The scan has found all of them; some are measured.
  const measured = await overview.root.getByTitle(/^Readable images\. PNG /).getAttribute('title');
  expect(Number(measured?.replaceAll(/\D/g, ''))).toBeLessThan(TOTAL);
  await overview.indexing.getByRole('button', { name: 'Resume' }).click();
  await overview.indexed();
  expect(await overview.counts()).toEqual(EXPECTED);
  expect(fingerprint(folder)).toEqual(before);
});

test('an engine that is killed while it indexes is restarted, the window says so, and the job is finished', async ({
  start,
  scratch,
  home,
}) => {
  const folder = join(scratch, 'slow');
  await writeSlow(folder, COUNTS);
  const app = await start(folder);
  const { page } = app;
  const [frame, overview] = [new FramePage(page), new OverviewPage(page)];
  const killed = await underWay(app, home);
  process.kill(killed, 'SIGKILL');
  await expect(frame.notes.filter({ hasText: /started again/ })).toBeVisible();
  await overview.indexed();
  expect(await overview.counts()).toEqual(EXPECTED);
  expect(await overview.figure('Unreadable')).toBe('0');
  expect(await app.engine()).not.toBe(killed);
});

test('an app that is killed while it indexes continues at the next start', async ({ start, scratch, home }) => {
  const folder = join(scratch, 'slow');
  await writeSlow(folder, COUNTS);
  const first = await start(folder);
  const engine = await underWay(first, home);
  await first.kill();
  process.kill(engine, 'SIGCONT');
  const alive = () => {
    try {
      return process.kill(engine, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(alive, { message: 'the engine outlives its window' }).toBe(false);
  const second = await start(folder);
  const overview = new OverviewPage(second.page);
  const goOn = overview.indexing.getByRole('button', { name: 'Resume' });
  await overview.classBars.first().or(goOn).first().waitFor();
  if (await goOn.isVisible()) await goOn.click();
  await overview.indexed();
  expect(await overview.counts()).toEqual(EXPECTED);
});

test('an app waits while another one indexes the same folder, and finishes the index when the other is killed', async ({
  start,
  startBeside,
  scratch,
  home,
}) => {
  const folder = join(scratch, 'slow');
  await writeSlow(folder, COUNTS);
  const first = await start(folder);
  const engine = await underWay(first, home);
  const second = await startBeside(folder);
  const [frame, overview] = [new FramePage(second.page), new OverviewPage(second.page)];
  await expect(frame.progress).toBeVisible();
  await first.kill();
  process.kill(engine, 'SIGCONT');
  await overview.indexed();
  expect(await overview.counts()).toEqual(EXPECTED);
  await expect(frame.alerts).toHaveCount(0);
});

test('a folder that disappears while it is indexed is reported in one sentence', async ({ start, scratch, home }) => {
  const folder = join(scratch, 'slow');
  await writeSlow(folder, COUNTS);
  const app = await start(folder);
  const { page } = app;
  const engine = await underWay(app, home);
  rmSync(folder, { recursive: true });
  process.kill(engine, 'SIGCONT');
  await expect(
    new FramePage(page).alerts
      .or(new OverviewPage(page).indexing.filter({ hasText: /folder|gone|vanished|no longer/i }))
      .first(),
  ).toBeVisible();
});

test('new and removed files are found on request', async ({ start, scratch }) => {
  const folder = join(scratch, 'growing');
  for (const name of ['1', '2', '3']) await writePicture(join(folder, 'a', `${name}.png`), 'red');
  await writePicture(join(folder, 'b', '1.png'), 'blue');
  const { page } = await start(folder);
  const overview = new OverviewPage(page);
  await overview.indexed();
  rmSync(join(folder, 'a', '1.png'));
  await writePicture(join(folder, 'b', '2.png'), 'navy');
  await writePicture(join(folder, 'c', '1.png'), 'green');
  await page.getByRole('button', { name: 'Look for changes' }).click();
  await expect
    .poll(() => overview.counts())
    .toEqual([
      ['a', 2],
      ['b', 2],
      ['c', 1],
    ]);
});

test('the layout can be chosen, and the classes follow it', async ({ start, scratch }) => {
  const folder = join(scratch, 'split');
  for (const split of ['train', 'test']) {
    for (const name of ['cat', 'dog'])
      await writePicture(join(folder, split, name, '1.png'), name === 'cat' ? 'red' : 'blue');
  }
  const { page } = await start(folder);
  const overview = new OverviewPage(page);
  await overview.indexed();
  await expect(overview.sentence(/Read as split/)).toBeVisible();
  expect(await overview.counts()).toEqual([
    ['cat', 2],
    ['dog', 2],
  ]);
  await overview.bars('Per split').click();
  await expect(overview.root.getByRole('columnheader', { name: 'train' })).toBeVisible();
  await overview.changeLayout.click();
  // The menu is not cut off by the navigation beside it.
  const [menu, view] = [(await overview.layouts.boundingBox())!, (await overview.root.boundingBox())!];
  expect(menu.x).toBeGreaterThan(view.x);
  await overview.changeLayout.click();
  await overview.chooseLayout(/^Read as class folders/);
  await expect.poll(() => overview.counts()).toHaveLength(4);
  expect((await overview.counts()).map(([name]) => name).sort()).toEqual([
    'test/cat',
    'test/dog',
    'train/cat',
    'train/dog',
  ]);
});

test('the class bars sort by name and by count, on a linear and a log scale', async ({ start, scratch }) => {
  const folder = join(scratch, 'uneven');
  const counts: Record<string, number> = { b: 1, a: 2, c: 9 };
  for (const [name, count] of Object.entries(counts)) {
    for (let index = 0; index < count; index++)
      await writePicture(join(folder, name, `${index}.png`), `rgb(${index * 20}, 80, 90)`);
  }
  const { page } = await start(folder);
  const overview = new OverviewPage(page);
  await overview.indexed();
  expect((await overview.counts()).map(([name]) => name)).toEqual(['c', 'a', 'b']);
  await overview.sortBy('Class');
  expect((await overview.counts()).map(([name]) => name)).toEqual(['a', 'b', 'c']);
  await overview.sortBy('Class');
  expect((await overview.counts()).map(([name]) => name)).toEqual(['c', 'b', 'a']);
  const width = () =>
    overview.classBars
      .filter({ hasText: 'b' })
      .locator('.bar')
      .evaluate((bar) => bar.getBoundingClientRect().width);
  const linear = await width();
  await overview.bars('Log').click();
  await expect.poll(width).toBeGreaterThan(linear * 2);
});
