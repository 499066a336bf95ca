/** `plumbline serve` as it is typed: what it refuses, the browser that it opens, the password that it asks for. */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, homeOf, signIn } from './client';

const CLI = resolve('out/cli/plumbline.js');
const PASSWORD = 'open sesame, twelve';
let scratch: string;
const running: ChildProcessWithoutNullStreams[] = [];

beforeEach(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-command-')));
});

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(scratch, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has written so far. */
  readonly said: () => string;
  /** The port, once the address is printed. */
  readonly port: () => Promise<number>;
  readonly code: () => Promise<number | null>;
}

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(program, args, { cwd: scratch, env: { ...homeOf(scratch), ...env } });
  running.push(child);
  const ended = once(child, 'close') as Promise<[number | null]>;
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const said = (): string => text;
  return {
    child,
    said,
    port: async () => {
      await expect.poll(said).toMatch(/:\d+\//);
      return Number(/:(\d+)\//.exec(text)?.[1]);
    },
    code: async () => (await ended)[0],
  };
}

const serve = (args: readonly string[], env?: NodeJS.ProcessEnv): Started =>
  start(process.execPath, [CLI, 'serve', '--port', '0', ...args], env);

describe('what it refuses', () => {
  it.each([
    [['nowhere'], /There is no folder .*nowhere/],
    [[CLI], /plumbline\.js is a file, not a folder\. Open the folder that contains the class folders/],
    [['--host', '0.0.0.0'], /protect it with --token TOKEN or --password/],
    [['--token', 'short'], /The token is too short/],
    [['--token', PASSWORD, '--password'], /either --token or --password/],
    [['--root', 'nowhere'], /--root takes a folder/],
    [['--cert', 'nowhere.pem'], /both --cert and --key/],
    [['--base-path', '/../x'], /a path like \/plumbline/],
  ])('%j', async (args, sentence) => {
    const { code, said } = serve(args);
    expect(await code()).not.toBe(0);
    expect(said()).toMatch(sentence);
  });

  it('a password that is empty or too short', async () => {
    const nothing = serve(['--password']);
    nothing.child.stdin.end();
    expect(await nothing.code()).not.toBe(0);
    expect(nothing.said()).toContain('standard input was empty');
    const short = serve(['--password'], { PLUMBLINE_PASSWORD: 'short' });
    expect(await short.code()).not.toBe(0);
    expect(short.said()).toContain('The password is too short');
  });
});

describe.runIf(process.platform === 'linux')('the browser of this machine', () => {
  /** A program that the system opens addresses with: it notes the address. */
  function makeOpener(): { folder: string; opened: () => string | null } {
    const folder = join(scratch, 'bin');
    const note = join(scratch, 'opened');
    mkdirSync(folder);
    writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho "$1" > '${note}.part' && mv '${note}.part' '${note}'\n`);
    chmodSync(join(folder, 'xdg-open'), 0o755);
    return { folder, opened: () => (existsSync(note) ? readFileSync(note, 'utf8').trim() : null) };
  }

  it('gets an address that is valid once and does not contain the token', async () => {
    const { folder, opened } = makeOpener();
    const server = serve(['--open'], { PATH: `${folder}:${process.env['PATH'] ?? ''}` });
    const port = await server.port();
    await expect.poll(opened).not.toBeNull();
    const address = new URL(opened()!);
    const token = /token=(\S+)/.exec(server.said())?.[1];
    expect(address.origin).toBe(`http://localhost:${port}`);
    expect(address.searchParams.get('token')).not.toBe(token);
    const path = `${address.pathname}${address.search}`;
    const first = await ask(port, path);
    expect(first.status).toBe(303);
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await ask(port, '/alive', { headers: { cookie } })).status).toBe(204);
    expect((await ask(port, path)).status).toBe(403);
    expect((await ask(port, `/?token=${token}`)).status).toBe(303);
  });

  it('gets no secret that the user chose', async () => {
    const { folder, opened } = makeOpener();
    const server = serve(['--open', '--token', PASSWORD, '--base-path', 'images'], {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    });
    const port = await server.port();
    await expect.poll(opened).toBe(`http://localhost:${port}/images/`);
  });

  it('is not needed', async () => {
    const server = serve(['--open'], { PATH: join(scratch, 'nothing') });
    await server.port();
    await expect.poll(server.said).toContain('No browser could be opened: open the address yourself.');
  });
});

describe('a password', () => {
  it('comes from the environment, and the engine does not get it', async () => {
    const server = serve(['--password'], { PLUMBLINE_PASSWORD: PASSWORD });
    const port = await server.port();
    expect(await signIn(port, '/', PASSWORD)).not.toBe('');
    expect(server.said()).not.toContain(PASSWORD);
    if (process.platform !== 'linux') return;
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(server.child.pid)], { encoding: 'utf8' });
    const children = stdout.trim().split(/\s+/);
    expect(children[0]).toMatch(/\d/);
    for (const pid of children) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(PASSWORD);
  });

  it('comes from the first line of standard input', async () => {
    const server = serve(['--password']);
    server.child.stdin.end(`${PASSWORD}\nmore\n`);
    expect(await signIn(await server.port(), '/', PASSWORD)).not.toBe('');
  });

  // `script` gives the command a terminal. Without `exec`, a shell that waits for the command gets the Ctrl-C, too, and
  // some shells then end with 130 whatever the command ends with.
  describe.runIf(process.platform === 'linux')('in a terminal', () => {
    const inTerminal = (): Started =>
      start('script', ['-qefc', `exec '${process.execPath}' '${CLI}' serve --port 0 --password`, '/dev/null']);

    it('is asked for and not shown', async () => {
      const server = inTerminal();
      await expect.poll(server.said).toContain('Password: ');
      server.child.stdin.write(`${PASSWORD.slice(0, -1)}xx\x7f\x7f${PASSWORD.slice(-1)}\r`);
      const port = await server.port();
      expect(await signIn(port, '/', PASSWORD)).not.toBe('');
      expect(server.said()).not.toContain(PASSWORD.slice(2, 8));
      server.child.stdin.write('\x03');
      expect(await server.code()).toBe(0);
      expect(server.said()).toContain('Stopping');
    });

    it('need not be given', async () => {
      const server = inTerminal();
      await expect.poll(server.said).toContain('Password: ');
      server.child.stdin.write('\x03');
      expect(await server.code()).toBe(130);
      expect(server.said()).not.toContain('standard input was empty');
    });
  });
});
