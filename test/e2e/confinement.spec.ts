/** What the window cannot do, whatever its page tries. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import type { FromEngineFrame, RequestFrame } from '../../src/contract/frames';
import { expect, test } from './fixtures';

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

/** Posts a frame as the page's own code would, and waits for what comes back under its id. */
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

test('the page has no Node, and nothing of Electron but the bridge', async ({ start }) => {
  const { page } = await start();
  const found = await page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
    bridge: Object.keys(window.plumbline).sort(),
  }));
  expect(found).toEqual({ globals: [], bridge: ['post', 'subscribe'] });
});

test('the page cannot go elsewhere or open a window', async ({ start, scratch }) => {
  const app = await start();
  const opened = await app.page.evaluate(
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
  await app.page.evaluate((url) => location.assign(url), address);
  await app.page.waitForTimeout(500);
  expect(app.page.url()).toBe(PAGE);
  expect(app.electron.windows()).toHaveLength(1);
  expect(visits).toEqual([]);
  // A folder that the page names is not opened either: only one that was dropped is.
  const recents = await ask(app.page, { type: 'request', id: 900_001, name: 'dataset.recents', params: {} });
  expect(recents).toMatchObject({ type: 'reply', result: [] });
  expect(app.complaints.splice(0)).toContainEqual(expect.stringContaining('Not allowed to load local resource'));
});

test('the page loads nothing from elsewhere', async ({ start }) => {
  const app = await start();
  const outcomes = await app.page.evaluate(async (url) => {
    const load = (element: HTMLElement & { src?: string }, source: string) =>
      new Promise<string>((resolve) => {
        element.addEventListener('load', () => resolve('loaded'));
        element.addEventListener('error', () => resolve('refused'));
        element.src = source;
        document.body.append(element);
      });
    return [
      await fetch(url).then(() => 'loaded', () => 'refused'),
      await fetch('file:///etc/hostname').then(() => 'loaded', () => 'refused'),
      await load(document.createElement('img'), `${url}/picture.png`),
      await load(document.createElement('img'), 'file:///etc/hostname'),
      navigator.sendBeacon(`${url}/beacon`) ? 'sent, or dropped' : 'refused',
    ].join();
  }, address);
  expect(outcomes).toMatch(/^refused,refused,refused,refused,/);
  await app.page.waitForTimeout(300);
  expect(visits).toEqual([]);
  expect(app.complaints.splice(0).length).toBeGreaterThan(3);
});

test('text never becomes code or markup', async ({ start }) => {
  const app = await start();
  const outcomes = await app.page.evaluate(() => {
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
        (window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }).trustedTypes.createPolicy('own', {}),
      ),
      ran: 'ran' in window,
    };
  });
  expect(outcomes).toMatchObject({ markup: 'TypeError', script: 'TypeError', remote: 'TypeError', policy: 'TypeError', ran: false });
  await app.page.waitForTimeout(100);
  expect(await app.page.evaluate(() => 'ran' in window)).toBe(false);
  expect(app.complaints.splice(0).length).toBeGreaterThan(0);
});

test('a window cannot name a path to the engine', async ({ start, scratch }) => {
  const { page } = await start();
  const opened = await ask(page, { type: 'request', id: 900_001, name: 'dataset.open', params: { root: scratch } });
  expect(opened).toMatchObject({ type: 'error', error: { code: 'forbidden' } });
  const unknown = await ask(page, { type: 'request', id: 900_002, name: 'constructor', params: {} });
  expect(unknown).toMatchObject({ type: 'error', error: { code: 'not-found' } });
  const malformed = await ask(page, { type: 'request', id: 900_003, name: 'dataset.summary', params: { dataset: '../../../etc' } });
  expect(malformed).toMatchObject({ type: 'error', error: { code: 'bad-request' } });
});

test('a window cannot end the engine', async ({ start }) => {
  const { page } = await start();
  const info = () => ask(page, { type: 'request', id: Math.floor(Math.random() * 1e9), name: 'engine.info', params: {} });
  const before = await info();
  await page.evaluate(() => window.plumbline.post({ type: 'drain' } as unknown as RequestFrame));
  await page.waitForTimeout(200);
  expect(await info()).toMatchObject({ type: 'reply', result: { pid: 'result' in before ? (before.result as { pid: number }).pid : null } });
});

test('the page is denied every permission', async ({ start }) => {
  const { page } = await start();
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'] as PermissionName[];
    const asked = await Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
    const media = await navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'granted', () => 'denied');
    return [...asked, media];
  });
  expect(new Set(states)).toEqual(new Set(['denied']));
});
