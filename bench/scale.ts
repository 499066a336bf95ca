/**
 * How the app bears many images: `node bench/scale.ts [FOLDER] [--images 200000] [--home DIR]` after `npm run build`, where there is a display.
 * Without FOLDER it links so many names to a few thousand drawn files. DIR keeps the index between runs.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launch, makeHome } from '../test/e2e/app.ts';
import { FramePage } from '../test/e2e/pages/frame.ts';
import { GalleryPage } from '../test/e2e/pages/gallery.ts';
import { OverviewPage } from '../test/e2e/pages/overview.ts';
import { scratchFolder, startEngine } from './engine.ts';
import { figure, median, verdict } from './figures.ts';
import { linkMany } from './pictures.ts';

const DRAWN = 2000;
const QUERY_MS = 100;
const FRAME_MS = 50;
const SCROLLS = 240;
const PAGE = 200;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { images: { type: 'string', default: '200000' }, home: { type: 'string' } } });
const scratch = scratchFolder('scale');

interface Summary { readonly images: number; readonly classes: readonly { readonly name: string }[] }

/** Median of a few askings, milliseconds. */
async function timed(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const from = performance.now();
    await ask();
    times.push(performance.now() - from);
  }
  return median(times);
}

async function measureEngine(root: string, cache: string): Promise<void> {
  const engine = startEngine(cache);
  const { dataset } = await engine.call<{ dataset: string }>('dataset.open', { root });
  const first = await engine.job('jobs.index', { dataset });
  const { images, classes } = await engine.call<Summary>('dataset.summary', { dataset });
  figure(`${images} images: index, or looking for changes`, `${first.seconds.toFixed(0)} s`, null, true, `engine ${first.peak.toFixed(0)} MB, audit ${first.helperPeak.toFixed(0)} MB`);
  const again = await engine.job('jobs.index', { dataset });
  figure('looking for changes, nothing changed', `${again.seconds.toFixed(1)} s`, null, true, `engine ${again.peak.toFixed(0)} MB`);
  const some = classes.slice(0, 2).map(({ name }) => name);
  const filters = { 'no filter': {}, 'two classes': { classes: some }, 'a text': { text: '99' }, 'a class and a text': { classes: some.slice(0, 1), text: '7' }, unreadable: { unreadable: true } };
  let worst = { what: '', ms: 0 };
  for (const [name, filter] of Object.entries(filters)) {
    for (const by of ['path', 'class', 'width', 'bytes', 'brightness', 'entropy', 'sharpness']) {
      for (const offset of [0, Math.floor(images / 2)]) {
        const ms = await timed(() => engine.call('images.list', { dataset, filter, sort: { by, descending: offset > 0 }, offset, limit: PAGE }));
        if (ms > worst.ms) worst = { what: `${name}, by ${by}, from ${offset}`, ms };
      }
    }
  }
  figure('slowest filter or sort, a page', `${worst.ms.toFixed(0)} ms`, `< ${QUERY_MS} ms`, worst.ms < QUERY_MS, worst.what);
  figure('findings', `${(await timed(() => engine.call('findings.list', { dataset }))).toFixed(0)} ms`);
  await engine.stop();
}

interface TraceEvent { readonly name: string; readonly ph: string; readonly pid: number; readonly tid: number; readonly dur?: number; readonly args?: { readonly name?: string } }

/** Longest task of a page's main thread, milliseconds, as Chromium's own tracing has it. */
function longestTask(file: string): number {
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: TraceEvent[] };
  const mains = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`));
  return traceEvents.filter(({ name, ph, pid, tid }) => name.endsWith('RunTask') && ph === 'X' && mains.has(`${pid}/${tid}`)).reduce((most, { dur = 0 }) => Math.max(most, dur / 1000), 0);
}

/** Milliseconds from frame to frame while the gallery scrolls: a third of the steps by the wheel, then by the bar, through all of it. Runs in the page. */
const SCROLL = `(async () => {
  const grid = document.querySelector('[role=listbox][aria-label=Images]');
  const gaps = [];
  let last = performance.now();
  const far = grid.scrollHeight - grid.clientHeight;
  for (let step = 0; step < ${SCROLLS}; step++) {
    grid.scrollTop = step < ${SCROLLS} / 3 ? step * 240 : (far * step) / ${SCROLLS};
    await new Promise((next) => requestAnimationFrame(next));
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  return gaps;
})()`;

async function measureWindow(root: string, home: ReturnType<typeof makeHome>): Promise<void> {
  const from = performance.now();
  const app = await launch(home, [root]);
  try {
    await new OverviewPage(app.page).classBars.first().waitFor();
    figure('start to class counts on screen', `${(performance.now() - from).toFixed(0)} ms`);
    await new OverviewPage(app.page).indexed();
    await new FramePage(app.page).go('Images');
    const gallery = new GalleryPage(app.page);
    await gallery.tiles.first().waitFor();
    await app.electron.evaluate(({ contentTracing }) => contentTracing.startRecording({ included_categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] }));
    const gaps = await app.page.evaluate<number[]>(SCROLL);
    const trace = await app.electron.evaluate(({ contentTracing }) => contentTracing.stopRecording());
    const task = longestTask(trace);
    figure('gallery: longest task of the window while scrolling', `${task.toFixed(0)} ms`, `≤ ${FRAME_MS} ms`, task <= FRAME_MS, 'by Chromium’s tracing');
    const sorted = gaps.toSorted((a, b) => a - b);
    figure('gallery: frames while scrolling, median and 99th percentile', `${median(gaps).toFixed(0)} / ${sorted[Math.floor(sorted.length * 0.99)]!.toFixed(0)} ms`, null, true, 'software rendering where there is no graphics card');
  } finally {
    await app.close();
  }
}

try {
  const root = positionals[0] === undefined ? join(scratch.path, 'set') : resolve(positionals[0]);
  if (positionals[0] === undefined) await linkMany(root, DRAWN, Number(values.images));
  const home = makeHome(values.home === undefined ? join(scratch.path, 'home') : resolve(values.home));
  await measureEngine(root, home.cache);
  await measureWindow(root, home);
  process.stdout.write(verdict());
} finally {
  scratch.remove();
}
