/**
 * The app with many images: `node bench/scale.ts [FOLDER] [--images 200000] [--home DIR] [--window]` after `npm run
 * build`, with a display.
 * Without FOLDER it creates this number of hard links to a few thousand drawn files. DIR keeps the index between runs.
 * --window skips the measurements of the engine.
 * frames.ts defines a frame. A bare page that scrolls stripes in the same run shows what the machine is capable of.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launch, makeHome, type ElectronApp } from '../test/e2e/app.ts';
import { FramePage } from '../test/e2e/pages/frame.ts';
import { GalleryPage } from '../test/e2e/pages/gallery.ts';
import { OverviewPage } from '../test/e2e/pages/overview.ts';
import { scratchFolder, startEngine } from './engine.ts';
import { figure, median, verdict } from './figures.ts';
import { barePane, scroll, type WindowPane } from './window-frames.ts';
import { GRID, lengthOf, measureScrolling } from './gallery.ts';
import { manyPictures } from './pictures.ts';

const QUERY_MS = 100;
const PAGE = 200;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: '200000' },
    home: { type: 'string' },
    window: { type: 'boolean', default: false },
  },
});
const scratch = scratchFolder('scale');

interface Summary {
  readonly images: number;
  readonly classes: readonly { readonly name: string }[];
}

/** Median time of a few requests, in milliseconds. */
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
  figure(
    `${images} images: index, or looking for changes`,
    `${first.seconds.toFixed(0)} s`,
    null,
    true,
    `engine ${first.peak.toFixed(0)} MB, audit ${first.helperPeak.toFixed(0)} MB`,
  );
  const again = await engine.job('jobs.index', { dataset });
  figure(
    'looking for changes, nothing changed',
    `${again.seconds.toFixed(1)} s`,
    null,
    true,
    `engine ${again.peak.toFixed(0)} MB`,
  );
  const some = classes.slice(0, 2).map(({ name }) => name);
  const filters = {
    'no filter': {},
    'two classes': { classes: some },
    'a text': { text: '99' },
    'a class and a text': { classes: some.slice(0, 1), text: '7' },
    unreadable: { unreadable: true },
  };
  let worst = { what: '', ms: 0 };
  for (const [name, filter] of Object.entries(filters)) {
    for (const by of ['path', 'class', 'width', 'bytes', 'brightness', 'entropy', 'sharpness']) {
      for (const offset of [0, Math.floor(images / 2)]) {
        const ms = await timed(() =>
          engine.call('images.list', { dataset, filter, sort: { by, descending: offset > 0 }, offset, limit: PAGE }),
        );
        if (ms > worst.ms) worst = { what: `${name}, by ${by}, from ${offset}`, ms };
      }
    }
  }
  figure(
    'slowest filter or sort, a page',
    `${worst.ms.toFixed(0)} ms`,
    `< ${QUERY_MS} ms`,
    worst.ms < QUERY_MS,
    worst.what,
  );
  figure('findings', `${(await timed(() => engine.call('findings.list', { dataset }))).toFixed(0)} ms`);
  await engine.stop();
}

async function measureFrames(app: ElectronApp, gallery: GalleryPage): Promise<void> {
  const window = await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.id);
  const pane: WindowPane = { window, list: GRID, ...(await gallery.grid.boundingBox())! };
  const bare = await barePane(app, pane, await lengthOf(app.page));
  await measureScrolling('gallery', app.page, (what, gesture, after) =>
    scroll(app, what === 'bare' ? bare : pane, gesture, after),
  );
}

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
    await measureFrames(app, gallery);
  } finally {
    await app.close();
  }
}

try {
  const root = await manyPictures(positionals[0], scratch.path, Number(values.images));
  const home = makeHome(values.home === undefined ? join(scratch.path, 'home') : resolve(values.home));
  if (!values.window) await measureEngine(root, home.cache);
  await measureWindow(root, home);
  process.stdout.write(verdict());
} finally {
  scratch.remove();
}
