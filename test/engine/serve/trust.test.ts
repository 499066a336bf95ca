/** Every way in that must be closed, tried on a real server. */
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Prompt } from '../../../src/contract/model/prompt';
import { LARGEST_MESSAGE } from '../../../src/contract/rpc/sequence';
import { DEMO_FOLDER, writeDemo } from '../../../src/engine/samples/writer';
import {
  SECRET,
  TestPage,
  ask,
  homeOf,
  openSocket,
  serveSamples,
  signIn,
  statusOfUpgrade,
  type TestServer,
} from './client';

let server: TestServer;
let cookie: string;
let own: Record<string, string>;

beforeAll(async () => {
  server = await serveSamples();
  cookie = await signIn(server.port);
  own = { cookie, origin: `http://127.0.0.1:${server.port}` };
});

afterAll(async () => {
  await server.stop();
  rmSync(server.scratch, { recursive: true, force: true });
});

/** Unlike `once`, this takes an error for one way to end. */
function closing(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((settle) => socket.once('close', () => settle()));
}

/** Names of the files that the servers of this process have received. */
function uploaded(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(`plumbline-upload-${process.pid}-`))
    .flatMap((name) => readdirSync(join(tmpdir(), name), { encoding: 'utf8', recursive: true }))
    .map((name) => basename(name));
}

describe('the token', () => {
  it('is needed for the page, its files, pictures and the connection', async () => {
    expect((await ask(server.port, '/')).status).toBe(401);
    for (const path of ['/assets/index.js', '/index.html', `/image/thumbnail/${'0'.repeat(16)}/1`, '/alive'])
      expect((await ask(server.port, path)).status, path).toBe(401);
    expect(await statusOfUpgrade(server.port, { origin: own['origin']! })).toBe(401);
  });

  it('is exchanged for a cookie that no script and no other site gets, and leaves the address', async () => {
    const { status, headers } = await ask(server.port, `/?token=${encodeURIComponent(SECRET)}`);
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await ask(server.port, '/', { headers: { cookie } })).body).toContain('The page');
  });

  it('cannot be replaced by a forged or changed cookie', async () => {
    const [name = '', value = ''] = cookie.split('=');
    const [issued = '', nonce = '', mac = ''] = value.split('.');
    const later = (Number.parseInt(issued, 36) + 1).toString(36);
    for (const forged of [`${later}.${nonce}.${mac}`, `${issued}.${nonce}.${'0'.repeat(64)}`, '..', ''])
      expect((await ask(server.port, '/alive', { headers: { cookie: `${name}=${forged}` } })).status).toBe(401);
  });

  it('can be entered in a form, but not by the form of another site', async () => {
    const body = `token=${encodeURIComponent(SECRET)}`;
    const post = (headers: Record<string, string>) => ask(server.port, '/login', { method: 'POST', headers, body });
    expect((await post({ origin: own['origin']! })).status).toBe(303);
    expect((await post({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await post({})).status).toBe(403);
  });

  it('cannot be guessed without pauses, while open pages go on', async () => {
    const other = await serveSamples();
    try {
      const before = await signIn(other.port);
      for (let i = 0; i < 10; i += 1) expect((await ask(other.port, `/?token=wrong${i}`)).status).toBe(403);
      // The minute may turn meanwhile: then ten more are allowed.
      const tries = await Promise.all(Array.from({ length: 21 }, () => ask(other.port, '/?token=wrong')));
      expect(tries.map(({ status }) => status)).toContain(429);
      const signedIn = { headers: { cookie: before } };
      expect((await ask(other.port, '/alive', signedIn)).status).toBe(204);
      // The printed address still opens the page in a browser that is signed in.
      expect((await ask(other.port, `/?token=${encodeURIComponent(SECRET)}`, signedIn)).status).toBe(303);
    } finally {
      await other.stop();
      rmSync(other.scratch, { recursive: true, force: true });
    }
  });
});

describe('another site', () => {
  it('cannot reach the server by a name that was made to point to it', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${server.port}`,
      'localhost.evil.example',
      '127.0.0.1@evil.example',
    ]) {
      expect((await ask(server.port, '/', { headers: { host, cookie } })).status, host).toBe(421);
      expect(await statusOfUpgrade(server.port, { ...own, host }), host).toBe(421);
    }
    expect((await ask(server.port, '/', { headers: { host: 'localhost:9999', cookie } })).status).toBe(200);
  });

  it('cannot add a second name or origin', async () => {
    const send = async (lines: string): Promise<string> => {
      const socket = connect(server.port, '127.0.0.1');
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.write(`${lines}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`);
      await once(socket, 'close');
      return text.split('\r\n')[0] ?? '';
    };
    expect(await send('GET /alive HTTP/1.1\r\nHost: localhost')).toContain('204');
    expect(await send('GET /alive HTTP/1.1\r\nHost: localhost\r\nHost: evil.example')).toContain('421');
    const upload = `POST /upload/${'0'.repeat(32)} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost`;
    expect(await send(upload)).toContain('404');
    expect(await send(`${upload}\r\nOrigin: http://evil.example`)).toContain('403');
  });

  it('cannot open the connection', async () => {
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${server.port + 1}`, 'file://', ''])
      expect(await statusOfUpgrade(server.port, { cookie, origin }), origin).toBe(403);
    expect(await statusOfUpgrade(server.port, { cookie })).toBe(403);
    expect(await statusOfUpgrade(server.port, { ...own, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusOfUpgrade(server.port, own)).toBe(101);
  });

  it('cannot embed what is served', async () => {
    const headers = { cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' };
    expect((await ask(server.port, '/assets/index.js', { headers })).status).toBe(403);
    const page = await ask(server.port, '/', { headers: { cookie } });
    expect(page.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('an address', () => {
  it.each([
    '/../data/cat/0.jpg',
    '/assets/../../data/cat/0.jpg',
    '/%2e%2e/data/cat/0.jpg',
    '/..%2fdata%2fcat%2f0.jpg',
    '/assets/..%5c..%5cdata',
    '/%00index.html',
    '/%',
    '/assets',
    '/assets/',
    '//etc/passwd',
    '/image/thumbnail/../../etc/passwd',
    '/image/picture/%2e%2e/1',
    '/download/../index.html',
  ])('gives nothing outside of the page: %s', async (path) => {
    const { status, body } = await ask(server.port, path, { headers: { cookie } });
    expect([400, 404]).toContain(status);
    expect(body).toBe('');
  });

  it('gives pictures by number', async () => {
    const page = await TestPage.open(server.port, cookie, '1'.repeat(32));
    const { dataset } = await page.client.call('shell.start', {});
    await expect
      .poll(async () => (await page.client.call('dataset.summary', { dataset: dataset! })).indexedAt)
      .not.toBeNull();
    const { items } = await page.client.call('images.list', {
      dataset: dataset!,
      filter: {},
      sort: { by: 'path', descending: false },
      offset: 0,
      limit: 1,
    });
    const shown = await ask(server.port, `/image/picture/${dataset}/${items[0]!.id}?r=1`, {
      headers: { cookie },
    });
    expect(shown.status).toBe(200);
    expect(shown.headers['content-type']).toMatch(/^image\//);
    page.close();
  });
});

describe('a page', () => {
  it('may not use paths', async () => {
    const page = await TestPage.open(server.port, cookie, '2'.repeat(32));
    for (const [name, params] of [
      ['dataset.open', { root: '/etc' }],
      ['images.files', { dataset: '0'.repeat(16), images: [1] }],
      ['archives.unpack', { path: '/etc/passwd' }],
    ] as const)
      await expect(page.client.call(name, params as never)).rejects.toMatchObject({ code: 'forbidden' });
    page.close();
  });

  it('chooses by numbers from the permitted folders only', async () => {
    const secret = join(server.scratch, '..', `plumbline-secret-${process.pid}`);
    mkdirSync(secret, { recursive: true });
    const open = join(server.scratch, 'open');
    mkdirSync(join(open, 'inner'), { recursive: true });
    writeFileSync(join(open, 'file.txt'), 'x');
    symlinkSync(secret, join(open, 'way-out'));
    const page = await TestPage.open(server.port, cookie, '3'.repeat(32));
    const asked = new Promise<{ prompt: string }>((settle) => page.client.on('prompt', settle));
    const opened = page.client.call('shell.openFolder', {});
    const { prompt } = await asked;
    const roots = await page.client.call('shell.browse', { prompt, folder: null });
    expect(roots).toMatchObject({ place: null, here: null, entries: [{ name: server.scratch, folder: true }] });
    const top = await page.client.call('shell.browse', { prompt, folder: roots.entries[0]!.id });
    expect(top.above).toBeNull();
    const folder = top.entries.find(({ name }) => name === 'open')!.id;
    const inside = await page.client.call('shell.browse', { prompt, folder });
    expect(inside.entries.map(({ name }) => name)).toEqual(['inner']);
    // A number of an earlier listing, and one that never was.
    for (const gone of [folder, 9999]) {
      await expect(page.client.call('shell.browse', { prompt, folder: gone })).rejects.toMatchObject({
        code: 'not-found',
      });
      await expect(page.client.call('shell.answerPrompt', { prompt, chosen: gone })).rejects.toMatchObject({
        code: 'not-found',
      });
    }
    const other = await TestPage.open(server.port, cookie, '4'.repeat(32));
    await expect(other.client.call('shell.answerPrompt', { prompt, chosen: null })).rejects.toMatchObject({
      code: 'not-found',
    });
    await page.client.call('shell.answerPrompt', { prompt, chosen: null });
    expect(await opened).toEqual({ dataset: null });
    page.close();
    other.close();
    rmSync(secret, { recursive: true });
  });

  it('sends a file only for a question that is open', async () => {
    const path = `/upload/${'5'.repeat(32)}?name=../../evil.csv`;
    expect((await ask(server.port, path, { method: 'POST', headers: own, body: 'x' })).status).toBe(404);
    expect((await ask(server.port, path, { method: 'POST', headers: { cookie }, body: 'x' })).status).toBe(403);
    const page = await TestPage.open(server.port, cookie, '5'.repeat(32));
    const { dataset } = await page.client.call('shell.start', {});
    const asked = new Promise<{ upload: string | null }>((settle) => page.client.on('prompt', settle));
    const read = page.client.call('shell.readText', { dataset: dataset!, what: 'script' });
    const { upload } = await asked;
    const name = encodeURIComponent('../../tráin.py');
    expect(
      (await ask(server.port, `/${upload}?name=${name}`, { method: 'POST', headers: own, body: 'print()' })).status,
    ).toBe(204);
    expect(await read).toEqual({ file: { name: '__.._tráin.py', text: 'print()', beside: [] } });
    page.close();
  });

  it('stops a file when its question is cancelled', async () => {
    const page = await TestPage.open(server.port, cookie, 'e'.repeat(32));
    const { dataset } = await page.client.call('shell.start', {});
    const asked = new Promise<Prompt>((settle) => page.client.on('prompt', settle));
    const read = page.client.call('shell.readText', { dataset: dataset!, what: 'script' });
    const { prompt, upload } = await asked;
    const socket = connect(server.port, '127.0.0.1').resume();
    const closed = closing(socket);
    socket.write(
      `POST /${upload} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${own['origin']}\r\nCookie: ${cookie}\r\nContent-Length: 1000000\r\n\r\nhalf`,
    );
    await expect.poll(() => uploaded()).toContain('file');
    await page.client.call('shell.answerPrompt', { prompt, chosen: null });
    expect(await read).toEqual({ file: null });
    await closed;
    await expect.poll(() => uploaded()).not.toContain('file');
    page.close();
  });

  it('is cut off after a message that is too large or not in the agreed form', async () => {
    for (const [message, code] of [
      ['x', 1008],
      ['{"seq":3,"ack":0,"frame":{}}', 1008],
      [Buffer.from([1, 2, 3]), 1008],
      ['x'.repeat(LARGEST_MESSAGE + 1), 1009],
    ] as const) {
      const socket = openSocket(server.port, own, `page=${'6'.repeat(32)}&seen=0`);
      socket.on('error', () => undefined);
      await once(socket, 'message');
      socket.send(message);
      const [closed] = (await once(socket, 'close')) as [number];
      expect(closed).toBe(code);
    }
    expect((await ask(server.port, '/alive', { headers: { cookie } })).status).toBe(204);
  });

  it('makes a new folder only where the question is for one', async () => {
    const page = await TestPage.open(server.port, cookie, '7'.repeat(32));
    const asked = new Promise<{ prompt: string }>((settle) => page.client.on('prompt', settle));
    const opened = page.client.call('shell.openFolder', {});
    const { prompt } = await asked;
    const roots = await page.client.call('shell.browse', { prompt, folder: null });
    const made = page.client.call('shell.browse', { prompt, folder: roots.entries[0]!.id, create: 'made' });
    await expect(made).rejects.toMatchObject({ code: 'forbidden' });
    expect(existsSync(join(server.scratch, 'made'))).toBe(false);
    await page.client.call('shell.answerPrompt', { prompt, chosen: null });
    await opened;
    page.close();
  });

  it('is not kept connected after a refusal, even if it never hangs up', async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    const closed = closing(socket);
    await once(socket, 'connect');
    socket.write(`GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    await once(socket.resume(), 'end');
    // A socket that still exists would swallow all this.
    const writing = setInterval(() => socket.write('more'), 20);
    await closed;
    clearInterval(writing);
  });

  it('has only some seconds to send the form of the login', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const closed = closing(socket.resume());
    socket.write(
      `POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Length: 20\r\n\r\ntoken=`,
    );
    await closed;
  });

  it('does not shut others out with half requests', async () => {
    const sockets = Array.from({ length: 600 }, () => connect(server.port, '127.0.0.1'));
    const connected = sockets.map((socket) => {
      socket.on('error', () => undefined);
      return new Promise((settle) => {
        socket.once('connect', () => socket.write('GET / HTTP/1.1\r\nHost: local', settle));
        socket.once('close', settle);
      });
    });
    await Promise.all(connected);
    expect((await ask(server.port, '/alive', { headers: { cookie } })).status).toBe(204);
    for (const socket of sockets) socket.destroy();
  });

  it('is not waited for after a refusal, whatever it announces', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const closed = closing(socket.resume());
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nExpect: anything\r\nContent-Length: 9\r\n\r\n');
    await closed;
  });
});

describe('a data set outside of the permitted folders', () => {
  it('is not listed, shown or opened, even if it was opened before', async () => {
    const page = await TestPage.open(server.port, cookie, '8'.repeat(32));
    const { dataset } = await page.client.call('shell.start', {});
    await expect
      .poll(async () => (await page.client.call('dataset.summary', { dataset: dataset! })).indexedAt)
      .not.toBeNull();
    page.close();
    // A second server of the same user, for other folders.
    const env = homeOf(server.scratch);
    const other = await serveSamples({
      engine: { entry: resolve('out/engine/main.js'), runtime: { execPath: process.execPath, env } },
    });
    try {
      const inside = await signIn(other.port);
      const there = await TestPage.open(other.port, inside, '9'.repeat(32));
      const { client } = there;
      const { dataset: own } = await client.call('shell.start', {});
      const listed = async () => (await client.call('dataset.recents', {})).map(({ id }) => id);
      expect(await listed()).toEqual([own]);
      for (const call of ['dataset.summary', 'dataset.forget', 'dataset.reopen', 'shell.openRecent'] as const)
        await expect(client.call(call, { dataset: dataset! }), call).rejects.toMatchObject({ code: 'forbidden' });
      for (const kind of ['thumbnail', 'picture']) {
        const path = `/image/${kind}/${dataset}/1`;
        expect((await ask(other.port, path, { headers: { cookie: inside } })).status, kind).toBe(403);
      }
      // The sample is not in these folders either, but it is the server's own. A small one is there.
      await writeDemo(join(server.scratch, 'cache', DEMO_FOLDER), { perClass: 3 });
      const { dataset: sample } = await client.call('shell.openSample', {});
      expect((await listed()).toSorted()).toEqual([own, sample].toSorted());
      there.close();
    } finally {
      await other.stop();
      rmSync(other.scratch, { recursive: true, force: true });
    }
  });
});

describe('a server behind a proxy', () => {
  it('answers under its path and its name only', async () => {
    const other = await serveSamples({ base: '/tools/plumbline/', names: ['Box.example'] });
    try {
      const inside = await signIn(other.port, '/tools/plumbline/');
      const headers = { cookie: inside, host: 'box.example' };
      expect((await ask(other.port, '/tools/plumbline/', { headers })).status).toBe(200);
      expect((await ask(other.port, '/tools/plumbline', { headers })).headers.location).toBe('/tools/plumbline/');
      const copied = await ask(other.port, '/tools/plumbline?token=a%20token', { headers });
      expect(copied.headers.location).toBe('/tools/plumbline/?token=a%20token');
      expect((await ask(other.port, '/', { headers })).status).toBe(404);
      expect((await ask(other.port, '/tools/plumbline2', { headers })).status).toBe(404);
      expect(
        (await ask(other.port, '/tools/plumbline/', { headers: { ...headers, host: 'other.example' } })).status,
      ).toBe(421);
    } finally {
      await other.stop();
      rmSync(other.scratch, { recursive: true, force: true });
    }
  });
});
