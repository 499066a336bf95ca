/**
 * The window in a browser with many images: `node bench/serve.ts [FOLDER] [--images 200000] [--home DIR] [--rounds 5]`
 * after `npm run build`. Without FOLDER it creates this number of hard links to a few thousand drawn files. DIR keeps the
 * index. Needs Chromium, and a display for the comparison with the app.
 * Measured in the app, in a browser on the same machine, and in a browser over a link (link.ts) whose ways take 20 ms
 * each at 20 Mbit/s.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { hasDisplay } from '../scripts/app/display.ts';
import { launch, makeHome, type Home } from '../test/e2e/app.ts';
import { launchBrowser, noBrowser, startServing } from '../test/e2e/browser.ts';
import { FramePage } from '../test/e2e/pages/frame.ts';
import { GalleryPage } from '../test/e2e/pages/gallery.ts';
import { OverviewPage } from '../test/e2e/pages/overview.ts';
import { bareTab, scrollTab, type PagePane } from './browser-frames.ts';
import { scratchFolder } from './engine.ts';
import { figure, median, verdict } from './figures.ts';
import { GRID, lengthOf, measureScrolling, untilShown } from './gallery.ts';
import { manyPictures } from './pictures.ts';

const VIEWPORT = { width: 1280, height: 820 };
const LINK = { ms: 20, mbit: 20 };
/** Wanted over the link: a user notices no more than that. */
const FIRST_MS = 2000;
const ANSWER_MS = 1000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: '200000' },
    home: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
});
const ROUNDS = Number(values.rounds);

interface Link {
  readonly port: number;
  /** Bytes towards the browser since the last call. */
  bytes(): Promise<number>;
  stop(): void;
}

async function openLink(port: number): Promise<Link> {
  const args = [join(import.meta.dirname, 'link.ts'), port, LINK.ms, LINK.mbit].map(String);
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, args);
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  let before = 0;
  return {
    port: Number(first),
    bytes: async () => {
      const answer = once(lines, 'line') as Promise<[string]>;
      child.stdin.write('\n');
      const all = Number((await answer)[0]);
      const more = all - before;
      before = all;
      return more;
    },
    stop: () => child.kill(),
  };
}

/** When the page showed its first content. The class counts can be in the page before anything is painted. */
const FIRST_PAINT = `new Promise((tell) => {
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntriesByName('first-contentful-paint')) tell(performance.timeOrigin + startTime);
  }).observe({ type: 'paint', buffered: true });
})`;

/** Milliseconds from the request of the page to its first content, and to the class counts. */
async function timeStart(context: BrowserContext, address: string): Promise<{ first: number; counts: number }> {
  const page = await context.newPage();
  const from = Date.now();
  await page.goto(address, { waitUntil: 'commit' });
  await new OverviewPage(page).classBars.first().waitFor();
  const counts = Date.now() - from;
  const first = await page.evaluate<number>(FIRST_PAINT);
  await page.close();
  return { first: first - from, counts };
}

interface Times {
  /** Milliseconds by what was done. */
  readonly [what: string]: number;
}

const ACTS = {
  'search “99”': `(() => { const field = document.querySelector('[aria-label="Filter images"] input[type=search]'); field.value = '99'; field.dispatchEvent(new Event('input', { bubbles: true })); })()`,
  'no search': `(() => { const field = document.querySelector('[aria-label="Filter images"] input[type=search]'); field.value = ''; field.dispatchEvent(new Event('input', { bubbles: true })); })()`,
  'sort by brightness': `(() => { const field = document.querySelector('select[aria-label="Order by"]'); field.value = 'brightness'; field.dispatchEvent(new Event('change', { bubbles: true })); })()`,
  'sort by path': `(() => { const field = document.querySelector('select[aria-label="Order by"]'); field.value = 'path'; field.dispatchEvent(new Event('change', { bubbles: true })); })()`,
} as const;

/** Filters and sorts in the gallery; each ends when every visible tile shows its picture. Medians over the rounds. */
async function timeQueries(page: Page): Promise<Times> {
  const times = Object.fromEntries(Object.keys(ACTS).map((what) => [what, [] as number[]]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [what, act] of Object.entries(ACTS)) times[what]!.push(await page.evaluate<number>(untilShown(act)));
  return Object.fromEntries(Object.entries(times).map(([what, all]) => [what, median(all)]));
}

async function openImages(page: Page): Promise<GalleryPage> {
  await new OverviewPage(page).indexed();
  await new FramePage(page).go('Images');
  const gallery = new GalleryPage(page);
  await gallery.tiles.first().waitFor();
  return gallery;
}

async function timeApp(home: Home, root: string): Promise<Times> {
  const app = await launch(home, [root]);
  try {
    await app.resize(VIEWPORT.width, VIEWPORT.height);
    await openImages(app.page);
    return await timeQueries(app.page);
  } finally {
    await app.close();
  }
}

interface Served {
  readonly cold: { first: number; counts: number };
  readonly warm: { first: number; counts: number };
  readonly queries: Times;
}

/** @param bytes towards the browser since the last call; null where they are not counted */
async function timeServed(
  name: string,
  browser: Browser,
  address: string,
  bytes: (() => Promise<number>) | null,
): Promise<Served> {
  const starts: { cold: Served['cold'][]; warm: Served['warm'][] } = { cold: [], warm: [] };
  const sent: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await browser.newContext({ viewport: VIEWPORT });
    await bytes?.();
    starts.cold.push(await timeStart(context, address));
    sent.push((await bytes?.()) ?? 0);
    starts.warm.push(await timeStart(context, address.replace(/\?.*/, '')));
    await context.close();
  }
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.goto(address);
  const gallery = await openImages(page);
  await bytes?.();
  const queries = await timeQueries(page);
  const forQueries = ((await bytes?.()) ?? 0) / ROUNDS / Object.keys(ACTS).length;
  // Thin scroll bars of a current Chromium begin with a button.
  const pane: PagePane = { browser, page, list: GRID, thumb: 15, ...(await gallery.grid.boundingBox())! };
  const bare = await bareTab(pane, await lengthOf(page));
  await measureScrolling(name, page, (what, gesture, after) =>
    scrollTab(what === 'bare' ? bare : pane, gesture, after),
  );
  await context.close();
  if (bytes !== null)
    figure(
      `${name}: bytes for the first content; for a filter or sort`,
      `${(median(sent) / 1000).toFixed(0)}; ${(forQueries / 1000).toFixed(0)} kB`,
    );
  const middle = (all: readonly Served['cold'][]): Served['cold'] => ({
    first: median(all.map(({ first }) => first)),
    counts: median(all.map(({ counts }) => counts)),
  });
  return { cold: middle(starts.cold), warm: middle(starts.warm), queries };
}

function compare(what: string, link: number, near: number, limit: number, app: number | undefined): void {
  const desktop =
    app === undefined ? '' : `; app ${app.toFixed(0)} ms, ${(near / app).toFixed(2)} × on the same machine`;
  figure(
    `${what}: over the link / on the same machine`,
    `${(link / near).toFixed(2)} ×`,
    `< ${limit} ms`,
    link < limit,
    `${link.toFixed(0)} / ${near.toFixed(0)} ms${desktop}`,
  );
}

const scratch = scratchFolder('serve');
try {
  if (noBrowser !== null) throw new Error(noBrowser);
  const root = await manyPictures(positionals[0], scratch.path, Number(values.images));
  const home = makeHome(values.home === undefined ? join(scratch.path, 'home') : resolve(values.home));
  const app = hasDisplay() ? await timeApp(home, root) : {};
  const server = await startServing(home, [root, '--token', 'a token of the bench']);
  const address = new URL(server.address);
  const link = await openLink(Number(address.port));
  const browser = await launchBrowser(['--hide-scrollbars']);
  try {
    const near = await timeServed('browser', browser, address.href, null);
    address.port = String(link.port);
    const far = await timeServed('browser over the link', browser, address.href, () => link.bytes());
    compare('first content, first visit', far.cold.first, near.cold.first, FIRST_MS, undefined);
    compare('class counts, first visit', far.cold.counts, near.cold.counts, FIRST_MS, undefined);
    compare('first content, again', far.warm.first, near.warm.first, FIRST_MS, undefined);
    compare('class counts, again', far.warm.counts, near.warm.counts, FIRST_MS, undefined);
    for (const what of Object.keys(ACTS))
      compare(`${what}, with all pictures`, far.queries[what]!, near.queries[what]!, ANSWER_MS, app[what]);
  } finally {
    await browser.close();
    link.stop();
    await server.stop();
  }
  process.stdout.write(verdict());
} finally {
  scratch.remove();
}
