import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compilerArguments } from '../../scripts/setup/addon';
import { download, verify } from '../../scripts/setup/download';
import { SetupFailure } from '../../scripts/setup/failure';
import { intoPlace, linkFolder, requireSpace } from '../../scripts/setup/folders';
import { alone, withLock } from '../../scripts/setup/lock';
import { progressText } from '../../scripts/setup/progress';
import { runProgram } from '../../scripts/setup/programs';
import { reasonIn, runDownloader, silenceLimit, silenceWatch, type SilenceWatch } from '../../scripts/setup/silence';
import { readStamp, writeStamp } from '../../scripts/setup/stamp';
import { openSteps, type Step } from '../../scripts/setup/step';
import { installable, missingLibraries } from '../../scripts/setup/system';
import { isLibrary, officialSource } from '../../scripts/setup/tensorflow';
import { pipArguments } from '../../scripts/setup/wheel';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'plumbline-setup-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const step = (title: string, done: boolean): Step => ({
  title,
  done: () => Promise.resolve(done),
  provide: () => Promise.resolve(),
  describe: () => Promise.resolve(title),
});

describe('deciding what to do', () => {
  const steps = [step('first', true), step('second', false), step('third', true)];

  it('runs only the steps that are not done', async () => {
    expect((await openSteps(steps, false)).map(({ title }) => title)).toEqual(['second']);
  });

  it('runs all of them with `again`', async () => {
    expect(await openSteps(steps, true)).toHaveLength(3);
  });
});

describe('the stamp', () => {
  it('is read back unchanged', async () => {
    const path = join(scratch, 'stamp.json');
    await writeStamp({ addon: 'tfjs-node 4' }, path);
    expect(await readStamp(path)).toEqual({ addon: 'tfjs-node 4' });
  });

  it('keeps the other parts when one changes', async () => {
    const path = join(scratch, 'parts.json');
    await writeStamp({ addon: 'tfjs-node 4' }, path);
    await writeStamp({ backbone: 'unavailable' }, path);
    expect(await readStamp(path)).toEqual({ addon: 'tfjs-node 4', backbone: 'unavailable' });
    await writeStamp({ backbone: undefined }, path);
    expect(await readStamp(path)).toEqual({ addon: 'tfjs-node 4' });
  });

  it.each(['', '{', '[]', 'null', '{"addon": 3, "backbone": true}'])(
    'is empty if the file contains %j',
    async (text) => {
      const path = join(scratch, 'bad-stamp.json');
      await writeFile(path, text);
      expect(await readStamp(path)).toEqual({});
    },
  );

  it('is empty if there is none', async () => {
    expect(await readStamp(join(scratch, 'nowhere.json'))).toEqual({});
  });
});

describe('system libraries', () => {
  it('lists those that ldd does not find, once each', () => {
    const ldd =
      '\tlinux-vdso.so.1 (0x0)\n\tlibnss3.so => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x0)\n\tlibgbm.so.1 => not found\n\tlibnss3.so => not found\n';
    expect(missingLibraries(ldd)).toEqual(['libgbm.so.1', 'libnss3.so']);
    expect(missingLibraries('\tlibc.so.6 => /lib/libc.so.6 (0x0)\n')).toEqual([]);
  });

  it('distinguishes installable packages from those that apt only knows by name', () => {
    const policy =
      'libasound2:\n  Installed: (none)\n  Candidate: (none)\nlibasound2t64:\n  Installed: (none)\n  Candidate: 1.2.11\n';
    expect(installable(policy, 'libasound2t64')).toBe(true);
    expect(installable(policy, 'libasound2')).toBe(false);
    expect(installable(policy, 'libgtk-3-0t64')).toBe(false);
  });
});

describe("TensorFlow's sources", () => {
  const constants = "const LIBTENSORFLOW_VERSION = '2.9.1';";
  const install =
    "const BASE_HOST = CDN_STORAGE || 'https://example.invalid/';\n`${BASE_HOST}tf-builds/libtensorflow_r2_7_linux_arm64.tar.gz`";

  it("are the address that tfjs-node's own installer uses", () => {
    expect(officialSource(constants, install, 'x64', {})).toEqual({
      url: 'https://example.invalid/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz',
      version: '2.9.1',
    });
    expect(officialSource(constants, install, 'arm64', {}).url).toBe(
      'https://example.invalid/tf-builds/libtensorflow_r2_7_linux_arm64.tar.gz',
    );
  });

  it("respect tfjs-node's variables for a mirror", () => {
    expect(officialSource(constants, install, 'x64', { TFJS_NODE_BASE_URI: 'http://mirror/tf-' }).url).toBe(
      'http://mirror/tf-cpu-linux-x86_64-2.9.1.tar.gz',
    );
  });

  it('stop with a command to run if the scripts are not as expected', () => {
    expect(() => officialSource('', install, 'x64', {})).toThrow(/run `npm ci`/);
  });

  it('are one exact wheel from pip, with any version of Python', () => {
    const wheel = {
      name: 'some-package',
      version: '1.2.3',
      pythonVersion: '3.11',
      platform: 'manylinux2014_x86_64',
      sha256: '',
      bytes: 0,
    };
    const args = pipArguments(wheel, '/to');
    expect(args).toContain('some-package==1.2.3');
    expect(args.join(' ')).toContain(
      '--no-deps --only-binary=:all: --python-version 3.11 --platform manylinux2014_x86_64 --dest /to',
    );
  });

  it('are accepted only if library and header are there, and not a dangling link', async () => {
    const folder = join(scratch, 'library');
    await mkdir(join(folder, 'include/tensorflow/c'), { recursive: true });
    await mkdir(join(folder, 'lib'));
    await writeFile(join(folder, 'include/tensorflow/c/c_api.h'), '');
    await writeFile(join(folder, 'lib/libtensorflow_framework.so'), '');
    await symlink('libtensorflow_cc.so.2', join(folder, 'lib/libtensorflow.so'));
    expect(isLibrary(folder)).toBe(false);
    await writeFile(join(folder, 'lib/libtensorflow_cc.so.2'), '');
    expect(isLibrary(folder)).toBe(true);
  });

  it('let the addon find the library beside it, wherever node_modules is', () => {
    expect(compilerArguments('/m/tfjs-node', '/m/headers', ['a.cc'], '/m/out.node')).toContain(
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
    );
  });
});

describe('progress', () => {
  it('shows amount, share and rate', () => {
    expect(progressText('downloading x', 'MB', 50e6, 200e6, 5)).toBe('  downloading x: 50 of 200 MB (25 %), 10 MB/s');
  });

  it('leaves out what is unknown', () => {
    expect(progressText('downloading x', 'MB', 1.5e6, 0, 0)).toBe('  downloading x: 1.5 MB');
  });

  it('counts items by their name', () => {
    expect(progressText('writing', 'images', 300, 1200, 2)).toBe('  writing: 300 of 1200 images (25 %), 150 images/s');
  });
});

describe('a failure', () => {
  it('says what is missing and which command fixes it, in one sentence', () => {
    expect(new SetupFailure('g++ is missing', 'apt-get install g++').message).toBe(
      'g++ is missing: run `apt-get install g++`, then the same command again.',
    );
  });

  it('is reported before a download if the disk is too full', async () => {
    await expect(requireSpace(scratch, 1e12)).rejects.toThrow(/MB of free space.*XDG_CACHE_HOME/);
    await expect(requireSpace(scratch, 0)).resolves.toBeUndefined();
  });
});

describe('a folder put into place', () => {
  it('appears complete or not at all', async () => {
    const folder = join(scratch, 'placed');
    await expect(intoPlace(folder, () => Promise.reject(new Error('torn')))).rejects.toThrow('torn');
    await expect(readFile(join(folder, 'a'))).rejects.toThrow('ENOENT');
    await intoPlace(folder, (part) => writeFile(join(part, 'a'), 'whole'));
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('whole');
  });

  it('is linked in place of what was there, and the target of an earlier link stays', async () => {
    const [first, second, path] = ['first', 'second', 'link'].map((name) => join(scratch, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(first);
    await writeFile(join(first, 'kept'), '');
    await mkdir(second);
    await linkFolder(first, path);
    await linkFolder(second, path);
    await writeFile(join(path, 'new'), '');
    expect(await readFile(join(second, 'new'), 'utf8')).toBe('');
    expect(await readFile(join(first, 'kept'), 'utf8')).toBe('');
  });
});

describe('the lock', () => {
  it('lets only one process work at a time', async () => {
    const path = join(scratch, 'lock');
    const events: string[] = [];
    const work = (name: string) => () => {
      events.push(`${name} begins`);
      return new Promise<void>((resolve) => setTimeout(() => resolve(void events.push(`${name} ends`)), 100));
    };
    const wait = (): void => void events.push('waits');
    await Promise.all([withLock(path, wait, work('a')), withLock(path, wait, work('b'))]);
    // Either may come first.
    const [first, second] = events[0] === 'a begins' ? ['a', 'b'] : ['b', 'a'];
    expect(events).toEqual([`${first} begins`, 'waits', `${first} ends`, `${second} begins`, `${second} ends`]);
  });

  it('is free again when its holder was killed', async () => {
    const path = join(scratch, 'lock-killed');
    const holder = `import { DatabaseSync } from 'node:sqlite'; new DatabaseSync(${JSON.stringify(path)}).exec('BEGIN EXCLUSIVE'); process.kill(process.pid, 'SIGKILL')`;
    expect((await runProgram(process.execPath, ['--input-type=module', '-e', holder])).code).toBeNull();
    let waited = false;
    expect(
      await withLock(
        path,
        () => (waited = true),
        () => Promise.resolve('taken'),
      ),
    ).toBe('taken');
    expect(waited).toBe(false);
  });

  it('removes what a killed holder left unfinished, and only that', async () => {
    const cache = join(scratch, 'cache');
    await mkdir(join(cache, 'scratch', 'part-of-the-killed'), { recursive: true });
    await writeFile(join(cache, 'kept'), '');
    const seen = await alone(cache, () => readdir(join(cache, 'scratch')));
    expect(seen).toEqual([]);
    expect((await readdir(cache)).filter((name) => !name.startsWith('setup.lock'))).toEqual(['kept']);
  });

  it('reports it if its folder cannot be created', async () => {
    await writeFile(join(scratch, 'a-file'), '');
    await expect(
      withLock(
        join(scratch, 'a-file', 'lock'),
        () => undefined,
        () => Promise.resolve(),
      ),
    ).rejects.toThrow(/cannot be written.*XDG_CACHE_HOME/);
  });
});

describe('a download', () => {
  const body = Buffer.alloc(100_000, 'plumbline');
  const sum = 'sha256 that differs';
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.range);
    if (request.url === '/silent') return;
    if (request.url === '/gone') return void response.writeHead(404).end();
    if (request.url === '/moved') return void response.writeHead(302, { location: '/file' }).end();
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from >= body.length) return void response.writeHead(416).end();
    const rest = body.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length }).end(rest);
  });
  let address: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('continues where a broken one ended', async () => {
    const target = join(scratch, 'resumed');
    await writeFile(`${target}.part`, body.subarray(0, 40_000));
    await download(`${address}/file`, target, undefined, 'file');
    expect(asked.at(-1)).toBe('bytes=40000-');
    expect(body.equals(await readFile(target))).toBe(true);
  });

  it('is deleted if its content is not as expected', async () => {
    const target = join(scratch, 'other');
    await expect(download(`${address}/file`, target, sum, 'file')).rejects.toThrow(/SHA-256/);
    await expect(verify(`${target}.part`, undefined).then(() => readFile(`${target}.part`))).rejects.toThrow('ENOENT');
  });

  it('starts again if the partial file does not match', async () => {
    const target = join(scratch, 'unfit');
    await writeFile(`${target}.part`, Buffer.concat([body, body]));
    await download(`${address}/file`, target, undefined, 'file');
    expect(body.equals(await readFile(target))).toBe(true);
  });

  it('follows redirects', async () => {
    const target = join(scratch, 'sent');
    await download(`${address}/moved`, target, undefined, 'file');
    expect(body.equals(await readFile(target))).toBe(true);
  });

  it('is given up if the server sends nothing', async () => {
    const before = silenceLimit.seconds;
    silenceLimit.seconds = 0.1;
    try {
      await expect(download(`${address}/silent`, join(scratch, 'silent'), undefined, 'file')).rejects.toThrow(
        'no answer for 0.1 s',
      );
    } finally {
      silenceLimit.seconds = before;
    }
  });

  it('reports why a server refuses or cannot be reached', async () => {
    await expect(download(`${address}/gone`, join(scratch, 'gone'), undefined, 'file')).rejects.toThrow(
      'the server answers 404',
    );
    await expect(download('http://127.0.0.1:9/file', join(scratch, 'none'), undefined, 'file')).rejects.toThrow(
      'ECONNREFUSED',
    );
  });
});

describe('a program that downloads', () => {
  const downloader = (script: string, watch: SilenceWatch, folder = scratch): Promise<void> =>
    runDownloader({
      what: 'x',
      command: process.execPath,
      args: ['-e', script],
      environment: {},
      folders: [folder],
      bytes: 0,
      watch,
    });

  it('is ended if it writes nothing for too long', async () => {
    await expect(downloader('setTimeout(() => {}, 60_000)', silenceWatch(1))).rejects.toThrow('no answer for 1 s');
  });

  it('is heard each time that it has written, and ends by itself', async () => {
    const folder = await mkdtemp(join(scratch, 'heard-'));
    const may = (write: number): string => join(folder, `may-${write}`);
    // Writes once for each file that is put before it, and ends with the third one.
    const script = `const fs = require('fs'); let n = 0; const t = setInterval(() => {
      if (!fs.existsSync(${JSON.stringify(join(folder, 'may-'))} + n)) return;
      if (n === 3) clearInterval(t); else fs.appendFileSync(${JSON.stringify(join(folder, 'growing'))}, 'x');
      n += 1; }, 10)`;
    let times = 0;
    const heard = (): void => {
      times += 1;
      writeFileSync(may(times), '');
    };
    writeFileSync(may(0), '');
    await downloader(script, { signal: new AbortController().signal, heard, stop: () => undefined }, folder);
    expect(times).toBe(3);
  });

  it('may take long while it is heard', () => {
    vi.useFakeTimers();
    try {
      const watch = silenceWatch(10);
      for (let times = 0; times < 5; times += 1) {
        vi.advanceTimersByTime(9000);
        watch.heard();
      }
      expect(watch.signal.aborted).toBe(false);
      vi.advanceTimersByTime(10_000);
      expect(watch.signal.reason).toMatchObject({ message: 'no answer for 10 s' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('has its innermost reason reported', async () => {
    const stack =
      'TypeError: fetch failed\n    at node:internal {\n  [cause]: Error: getaddrinfo ENOTFOUND host.invalid\n      at x {\n    errno: -3008\n  }\n}\n';
    expect(reasonIn(stack)).toBe('getaddrinfo ENOTFOUND host.invalid');
    expect(reasonIn('WARNING: retrying\nERROR: No matching distribution found for x==1\n')).toBe(
      'No matching distribution found for x==1',
    );
    await expect(downloader('process.exit(3)', silenceWatch(60))).rejects.toThrow('it gives no reason');
  });
});
