/**
 * What clicks cost in a data set: `node bench/clicks.ts FOLDER [--home DIR]` after `npm run build`, on Linux with a
 * display. DIR keeps the index between runs. The cost of a click is the processor time of the window's main thread and
 * of the engine until what was asked for is shown, so that other load on the machine does not change it.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Locator } from '@playwright/test';
import { launch, makeHome, type ElectronApp } from '../test/e2e/app.ts';
import { FramePage } from '../test/e2e/pages/frame.ts';
import { GalleryPage } from '../test/e2e/pages/gallery.ts';
import { LabelsPage } from '../test/e2e/pages/labels.ts';
import { OverviewPage } from '../test/e2e/pages/overview.ts';
import { scratchFolder } from './engine.ts';
import { figure, verdict } from './figures.ts';
import { readTrace, tasksOf, TRACED } from './trace.ts';

const CLICK_MS = 100;
const ROUNDS = 4;
const MARKS = ['click-begins', 'click-ends'] as const;
/** Of /proc/PID/stat, in ticks of 10 ms: user and system time. */
const [USER, SYSTEM] = [13, 14];

/** Processor time of a process so far, in milliseconds. */
function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[USER - 2]) + Number(fields[SYSTEM - 2]));
}

interface Cost {
  /** Processor time in milliseconds: of the window's main thread, of the longest task in it, and of the engine. */
  readonly window: number;
  readonly longest: number;
  readonly engine: number;
}

async function costOf(
  { electron, page }: ElectronApp,
  engine: number,
  act: () => Promise<unknown>,
  shown: Locator,
): Promise<Cost> {
  await page.waitForTimeout(500);
  await electron.evaluate(
    ({ contentTracing }, categories) => contentTracing.startRecording({ included_categories: categories }),
    TRACED,
  );
  const before = processorTime(engine);
  await page.evaluate((mark) => void performance.mark(mark), MARKS[0]);
  await act();
  await shown.waitFor();
  await page.evaluate((mark) => void performance.mark(mark), MARKS[1]);
  const asked = processorTime(engine) - before;
  const tasks = tasksOf(
    readTrace(
      readFileSync(await electron.evaluate(({ contentTracing }) => contentTracing.stopRecording()), 'utf8'),
      MARKS,
    ),
  );
  return { window: tasks.reduce((sum, ms) => sum + ms, 0), longest: Math.max(0, ...tasks), engine: asked };
}

/** The costs of each click, in the order of the rounds. */
async function measureClicks(app: ElectronApp): Promise<Map<string, Cost[]>> {
  const { page } = app;
  const engine = await app.engine();
  const frame = new FramePage(page);
  const gallery = new GalleryPage(page);
  const labels = new LabelsPage(page);
  const costs = new Map<string, Cost[]>();
  const main = (name: string): Locator => page.getByRole('main', { name });
  const clear = gallery.root.getByRole('button', { name: 'Clear' });
  const click = async (name: string, act: () => Promise<unknown>, shown: Locator): Promise<void> => {
    costs.set(name, [...(costs.get(name) ?? []), await costOf(app, engine, act, shown)]);
  };
  for (let round = 0; round < ROUNDS; round++) {
    await click('Images', () => frame.go('Images'), gallery.tiles.nth(3));
    const classes = gallery.root.getByRole('button', { name: /^Class: / });
    await click('class filter', () => classes.click(), page.getByRole('dialog').getByRole('checkbox').first());
    await click('one class', () => page.getByRole('dialog').getByRole('checkbox').first().click(), clear);
    await page.keyboard.press('Escape');
    await click('no filter', () => clear.click(), gallery.tiles.nth(3));
    await click('an image', () => gallery.tiles.nth(2).click(), gallery.detail);
    await page.keyboard.press('Escape');
    await click('Findings', () => frame.go('Findings'), page.getByRole('option').first());
    await click('another finding', () => page.getByRole('option').nth(1).click(), page.getByRole('heading').first());
    await click('Review', () => frame.go('Review'), main('Review'));
    await click('Checklist', () => frame.go('Checklist'), main('Checklist'));
    await click('Labels', () => frame.go('Labels'), main('Labels'));
    // Without a probe there are no tabs.
    if (await page.getByRole('group', { name: 'What to show' }).isVisible()) {
      const pairs = page.getByRole('region', { name: 'Most confused pairs' });
      await click('Confusion', () => labels.tab('Confusion'), pairs);
      await labels.tab('Suspicious labels');
    }
    await click('Export', () => frame.go('Export'), main('Export'));
    await click('Overview', () => frame.go('Overview'), new OverviewPage(page).classBars.first());
  }
  return costs;
}

/** The first click of its kind also compiles code, so it is told, and the cheapest of the others is compared. */
function tell(name: string, [first, ...others]: readonly Cost[]): void {
  const sum = ({ window, engine }: Cost): number => window + engine;
  const best = others.reduce((least, cost) => (sum(cost) < sum(least) ? cost : least));
  figure(
    name,
    `${sum(best).toFixed(0)} ms`,
    `< ${CLICK_MS} ms`,
    sum(best) < CLICK_MS,
    `window ${best.window.toFixed(0)} (longest task ${best.longest.toFixed(0)}), engine ${best.engine.toFixed(0)}; the first time ${first!.window.toFixed(0)} + ${first!.engine.toFixed(0)}`,
  );
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { home: { type: 'string' } } });
const [folder] = positionals;
if (folder === undefined) throw new Error('Name the folder of the data set.');
const scratch = scratchFolder('clicks');
try {
  const home = makeHome(values.home === undefined ? join(scratch.path, 'home') : resolve(values.home));
  const app = await launch(home, [resolve(folder)]);
  try {
    await new OverviewPage(app.page).indexed();
    for (const [name, costs] of await measureClicks(app)) tell(name, costs);
  } finally {
    await app.close();
  }
  process.stdout.write(verdict());
} finally {
  scratch.remove();
}
