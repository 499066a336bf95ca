/** What the window cannot do, even if its page tries. */
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import type { FromEngineFrame, RequestFrame } from '../../src/contract/frames';
import { launch, makeHome } from './app';
import { expect, oneApp, test } from './fixtures';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { writePicture } from './samples';

const PAGE = 'plumbline-app://window/index.html';

let server: Server;
let address: string;
let visits: string[];

test.beforeEach(async () => {
  visits = [];
  server = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.end('<h1>elsewhere</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
test.afterEach(() => {
  server.close();
});

/** Posts a frame as the page's own code would, and waits for the answer with its id. */
function ask(page: Page, frame: RequestFrame): Promise<FromEngineFrame> {
  return page.evaluate(
    (request) =>
      new Promise<FromEngineFrame>((resolve) => {
        const { plumbline } = window;
        const stop = plumbline.subscribe((answer) => {
          if (!('id' in answer) || answer.id !== request.id) return;
          stop();
          resolve(answer);
        });
        plumbline.post(request);
      }),
    frame,
  );
}

/** These open no folder. Each gets a new page of the same app. */
test.describe('on the start page', () => {
  const app = oneApp((folder) => launch(makeHome(folder)));

  test('the page has no access to Node, and from Electron only the bridge', async () => {
    const { page } = app();
    const found = await page.evaluate(() => ({
      globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
      bridge: Object.keys(window.plumbline).sort(),
    }));
    expect(found).toEqual({ globals: [], bridge: ['images', 'post', 'powers', 'subscribe'] });
  });

  test('the page cannot navigate elsewhere or open a window', async ({ scratch }) => {
    const opened = await app().page.evaluate(
      ([url, folder]) => {
        const windows = [window.open(url), window.open(`file://${folder}`), window.open('about:blank')];
        const link = document.createElement('a');
        link.target = '_blank';
        link.href = url;
        document.body.append(link);
        link.click();
        link.target = '';
        link.click();
        location.href = `file://${folder}`;
        return windows.filter((target) => target !== null).length;
      },
      [address, scratch] as const,
    );
    expect(opened).toBe(0);
    await app().page.evaluate((url) => location.assign(url), address);
    await app().page.waitForTimeout(500);
    expect(app().page.url()).toBe(PAGE);
    expect(app().electron.windows()).toHaveLength(1);
    expect(visits).toEqual([]);
    // A folder named by the page is not opened either; only a dropped one is.
    const recents = await ask(app().page, { type: 'request', id: 900_001, name: 'dataset.recents', params: {} });
    expect(recents).toMatchObject({ type: 'reply', result: [] });
    expect(app().complaints.splice(0)).toContainEqual(expect.stringContaining('Not allowed to load local resource'));
  });

  test('the page loads nothing from other origins', async () => {
    const outcomes = await app().page.evaluate(async (url) => {
      const load = (element: HTMLElement & { src?: string }, source: string) =>
        new Promise<string>((resolve) => {
          element.addEventListener('load', () => resolve('loaded'));
          element.addEventListener('error', () => resolve('refused'));
          element.src = source;
          document.body.append(element);
        });
      return [
        await fetch(url).then(
          () => 'loaded',
          () => 'refused',
        ),
        await fetch('file:///etc/hostname').then(
          () => 'loaded',
          () => 'refused',
        ),
        await load(document.createElement('img'), `${url}/picture.png`),
        await load(document.createElement('img'), 'file:///etc/hostname'),
        navigator.sendBeacon(`${url}/beacon`) ? 'sent, or dropped' : 'refused',
      ].join();
    }, address);
    expect(outcomes).toMatch(/^refused,refused,refused,refused,/);
    await app().page.waitForTimeout(300);
    expect(visits).toEqual([]);
    expect(app().complaints.splice(0).length).toBeGreaterThan(3);
  });

  test('text never becomes code or markup', async () => {
    const outcomes = await app().page.evaluate(() => {
      const tried = (action: () => unknown) => {
        try {
          action();
          return 'done';
        } catch (error) {
          return (error as Error).name;
        }
      };
      const script = document.createElement('script');
      return {
        markup: tried(() => (document.body.innerHTML = '<img src=x onerror="window.ran = true">')),
        script: tried(() => (script.textContent = 'window.ran = true')),
        remote: tried(() => (script.src = 'data:text/javascript,window.ran=true')),
        timer: tried(() => setTimeout('window.ran = true' as unknown as () => void)),
        policy: tried(() =>
          (
            window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }
          ).trustedTypes.createPolicy('own', {}),
        ),
        ran: 'ran' in window,
      };
    });
    expect(outcomes).toMatchObject({
      markup: 'TypeError',
      script: 'TypeError',
      remote: 'TypeError',
      policy: 'TypeError',
      ran: false,
    });
    await app().page.waitForTimeout(100);
    expect(await app().page.evaluate(() => 'ran' in window)).toBe(false);
    expect(app().complaints.splice(0).length).toBeGreaterThan(0);
  });

  test('a window cannot send a path to the engine', async ({ scratch }) => {
    const { page } = app();
    const opened = await ask(page, { type: 'request', id: 900_001, name: 'dataset.open', params: { root: scratch } });
    expect(opened).toMatchObject({ type: 'error', error: { code: 'forbidden' } });
    const unknown = await ask(page, { type: 'request', id: 900_002, name: 'constructor', params: {} });
    expect(unknown).toMatchObject({ type: 'error', error: { code: 'not-found' } });
    const malformed = await ask(page, {
      type: 'request',
      id: 900_003,
      name: 'dataset.summary',
      params: { dataset: '../../../etc' },
    });
    expect(malformed).toMatchObject({ type: 'error', error: { code: 'bad-request' } });
  });

  test('a window cannot stop the engine', async () => {
    const { page } = app();
    const info = () =>
      ask(page, { type: 'request', id: Math.floor(Math.random() * 1e9), name: 'engine.info', params: {} });
    const before = await info();
    await page.evaluate(() => window.plumbline.post({ type: 'drain' } as unknown as RequestFrame));
    await page.waitForTimeout(200);
    expect(await info()).toMatchObject({
      type: 'reply',
      result: { pid: 'result' in before ? (before.result as { pid: number }).pid : null },
    });
  });

  test('the page is denied every permission', async () => {
    const { page } = app();
    const states = await page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'] as PermissionName[];
      const asked = await Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
      const media = await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'granted',
        () => 'denied',
      );
      return [...asked, media];
    });
    expect(new Set(states)).toEqual(new Set(['denied']));
  });

  test('forged frames achieve nothing: no path, no trust, no unknown call', async ({ scratch }) => {
    const { page } = app();
    const forged = [
      { type: 'request', id: 900_001, name: 'dataset.open', params: { root: scratch }, untrusted: false },
      {
        type: 'request',
        id: 900_002,
        name: 'export.target',
        params: { dataset: '0123456789abcdef', path: scratch },
        untrusted: false,
      },
      { type: 'request', id: 900_003, name: '__proto__', params: {} },
    ];
    const answers = [];
    for (const frame of forged) answers.push(await ask(page, frame as RequestFrame));
    expect(answers.map((answer) => (answer.type === 'error' ? answer.error.code : answer.type))).toEqual([
      'forbidden',
      'forbidden',
      'not-found',
    ]);
    // Invalid frames are dropped without an answer and cause no harm.
    await page.evaluate(() => {
      const odd: unknown[] = [
        null,
        7,
        'request',
        [],
        {},
        { type: 'hello', version: 1, pid: 1 },
        { type: 'event', name: 'engine', payload: {} },
        { type: 'request', id: 'x', name: 1 },
        { type: 'request', id: 1.5, name: 'engine.info' },
      ];
      for (const message of odd) window.plumbline.post(message as RequestFrame);
      const deep: Record<string, unknown> = {};
      let inner = deep;
      for (let i = 0; i < 300; i += 1) inner = inner['x'] = {};
      window.plumbline.post({ type: 'request', id: 900_009, name: 'dataset.summary', params: deep });
    });
    expect(await ask(page, { type: 'request', id: 900_010, name: 'engine.info', params: {} })).toMatchObject({
      type: 'reply',
    });
  });
});

test('the addresses of pictures and of the page give access to nothing else', async ({ startElectron, scratch }) => {
  const folder = join(scratch, 'set');
  await writePicture(join(folder, 'a/1.png'), 'red');
  await writePicture(join(folder, 'b/2.png'), 'blue');
  await writePicture(join(scratch, 'secret.png'), 'green');
  const app = await startElectron(folder);
  await new OverviewPage(app.page).indexed();
  const { result } = (await ask(app.page, { type: 'request', id: 900_001, name: 'dataset.recents', params: {} })) as {
    result: { id: string }[];
  };
  const dataset = result[0]!.id;
  const shown = await app.page.evaluate(
    ([id, secret]) => {
      const load = (address: string) =>
        new Promise<boolean>((resolve) => {
          const image = new Image();
          image.onload = () => resolve(true);
          image.onerror = () => resolve(false);
          image.src = address;
        });
      const thumbnail = `plumbline-image://thumbnail/${id}`;
      const bad = [
        `${thumbnail}/99`,
        `${thumbnail}/-1`,
        `${thumbnail}/1/../../${secret}`,
        `${thumbnail}/%2e%2e/%2e%2e${secret}`,
        `${thumbnail}/..%2f..${secret}`,
        `${thumbnail}/1?r=../x`,
        `${thumbnail}/1%00`,
        `plumbline-image://thumbnail/../${id}/1/x`,
        `plumbline-image://thumbnail/${secret}`,
        `plumbline-image://file${secret}`,
        `plumbline-image://${secret}`,
        'plumbline-image://thumbnail/0000000000000000/1',
        'plumbline-app://window/../../resources/icon.png',
        'plumbline-app://window/..%2f..%2fresources/icon.png',
        'plumbline-app://window/%2e%2e/%2e%2e/resources/icon.png',
        'plumbline-app://window/..%5c..%5cresources%5cicon.png',
        `plumbline-app://window/..%2f..%2f..%2f..%2f..${secret}`,
        'plumbline-app://other/index.html',
      ];
      return Promise.all([load(`${thumbnail}/1`), ...bad.map(load)]);
    },
    [dataset, join(scratch, 'secret.png')] as const,
  );
  expect(shown).toEqual(shown.map((_, index) => index === 0));
  app.complaints.splice(0);
});

test('names that contain markup are shown as text in every view and in the report', async ({
  startElectron,
  scratch,
}) => {
  const folder = join(scratch, 'names');
  const evil = '<img src=x onerror="window.ran=1">';
  for (let i = 0; i < 4; i += 1) {
    await writePicture(join(folder, evil, `${evil}${i}.png`), `rgb(${20 * i} 60 90)`);
    await writePicture(join(folder, `"'><script>window.ran=1<`, `${i}.png`), `rgb(90 ${30 * i} 10)`);
  }
  const app = await startElectron(folder);
  await new OverviewPage(app.page).indexed();
  for (const view of ['Overview', 'Findings', 'Labels', 'Images', 'Review', 'Export'] as const) {
    await new FramePage(app.page).go(view);
    await app.page.waitForTimeout(200);
    expect(
      await app.page.evaluate(() => ({
        ran: 'ran' in window,
        images: document.querySelectorAll('img[src="x"]').length,
      })),
    ).toEqual({ ran: false, images: 0 });
  }
  const report = join(scratch, 'report.html');
  const { status } = spawnSync(process.execPath, [resolve('out/cli/plumbline.js'), 'audit', folder, '--html', report], {
    env: { ...process.env, PLUMBLINE_CACHE_DIR: join(scratch, 'c'), PLUMBLINE_DATA_DIR: join(scratch, 'd') },
  });
  expect(status).toBe(0);
  // As in a browser, with scripts allowed: a separate window, outside the session that the app restricts.
  const seen = await app.electron.evaluate(async ({ BrowserWindow }, file) => {
    const window = new BrowserWindow({ show: false, webPreferences: { partition: 'report' } });
    await window.loadFile(file);
    await new Promise((done) => setTimeout(done, 300));
    const found = (await window.webContents.executeJavaScript(
      '({ ran: "ran" in window, scripts: document.scripts.length, bad: document.querySelectorAll("img[src=x]").length, text: document.body.innerText.includes("onerror=") })',
    )) as unknown;
    window.destroy();
    return found;
  }, report);
  expect(seen).toEqual({ ran: false, scripts: 0, bad: 0, text: true });
});
