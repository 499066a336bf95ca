/** `plumbline serve --cert --key`: HTTPS with the user's certificate, and one sentence about files that do not fit. */
import { spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FAILED } from '../../../src/cli/exits';
import { welcomeSchema } from '../../../src/contract/rpc/sequence';
import { selfSigned } from '../support/certificate';
import { SECRET, homeOf, serveSamples, type TestServer } from './client';

const own = selfSigned();

describe('a server with a certificate', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await serveSamples({ tls: { cert: Buffer.from(own.cert), key: Buffer.from(own.key) } });
  });

  afterAll(async () => {
    await server.stop();
    rmSync(server.scratch, { recursive: true, force: true });
  });

  /** A new session, as a browser gets it that trusts this certificate. */
  function setCookie(): Promise<string> {
    return new Promise((settle, reject) => {
      const path = `/?token=${encodeURIComponent(SECRET)}`;
      const sent = request({ host: '127.0.0.1', port: server.port, path, ca: own.cert }, (response) => {
        response.resume();
        settle(response.headers['set-cookie']?.[0] ?? '');
      });
      sent.on('error', reject).end();
    });
  }

  async function open(origin: string, ca: string): Promise<WebSocket> {
    const cookie = (await setCookie()).split(';')[0] ?? '';
    const address = `wss://localhost:${server.port}/ws?page=${'0'.repeat(32)}&seen=0`;
    return new WebSocket(address, { ca, headers: { cookie, origin } });
  }

  it('gives a cookie that is sent only encrypted', async () => {
    expect(await setCookie()).toMatch(/; HttpOnly; SameSite=Strict; Path=\/; Secure$/);
  });

  it('welcomes its page over an encrypted connection', async () => {
    const socket = await open(`https://localhost:${server.port}`, own.cert);
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(welcomeSchema.parse(JSON.parse(data.toString('utf8')))).toEqual({ resumed: false, ack: 0 });
    socket.terminate();
  });

  it('refuses a page that did not come encrypted', async () => {
    const socket = await open(`http://localhost:${server.port}`, own.cert);
    await expect(once(socket, 'open')).rejects.toThrow('403');
  });

  it('is not believed without its certificate', async () => {
    const socket = await open(`https://localhost:${server.port}`, selfSigned().cert);
    await expect(once(socket, 'open')).rejects.toThrow(/self-signed|signature/);
  });
});

describe('files that do not fit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-certificate-'));
  const files = {
    'own.crt': own.cert,
    'own.key': own.key,
    'other.key': selfSigned().key,
    'locked.key': createPrivateKey(own.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    }),
    'notes.txt': 'Not a certificate.\n',
    'empty.txt': '',
    'own.der': Buffer.from(own.cert.replaceAll(/-----.*-----|\n/g, ''), 'base64'),
  };
  type File = keyof typeof files | 'missing.pem';

  beforeAll(() => {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function serveWith(...args: readonly string[]): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [resolve('out/cli/plumbline.js'), 'serve', '--port', '0', ...args], {
      cwd: folder,
      env: homeOf(folder),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  }

  it.each<[File, File, string]>([
    ['missing.pem', 'own.key', 'The file missing.pem cannot be read.'],
    ['own.crt', 'missing.pem', 'The file missing.pem cannot be read.'],
    ['notes.txt', 'own.key', '--cert needs a certificate in PEM form, and notes.txt is not one.'],
    ['empty.txt', 'own.key', '--cert needs a certificate in PEM form, and empty.txt is not one.'],
    ['own.key', 'own.key', '--cert needs a certificate in PEM form, and own.key is not one.'],
    ['own.der', 'own.key', '--cert needs a certificate in PEM form, and own.der is not one.'],
    ['own.crt', 'notes.txt', '--key needs a private key in PEM form, and notes.txt is not one.'],
    ['own.crt', 'own.crt', '--key needs a private key in PEM form, and own.crt is not one.'],
    ['own.crt', 'other.key', 'The key other.key does not belong to the certificate own.crt'],
    ['own.crt', 'locked.key', 'The key locked.key is protected by a passphrase'],
  ])('--cert %s --key %s', async (cert, key, sentence) => {
    const { code, said } = await serveWith('--cert', cert, '--key', key);
    expect(said).toContain(`plumbline: ${sentence}`);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(FAILED);
  });

  it('one without the other', async () => {
    expect((await serveWith('--cert', 'own.crt')).said).toContain('HTTPS needs both --cert and --key.');
  });
});
