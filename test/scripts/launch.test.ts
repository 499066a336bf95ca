import { copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestOf, oldestOf } from '../../scripts/app/build';
import { utf8Locale } from '../../scripts/app/locale';
import { isNoise } from '../../scripts/app/noise';
import { hasDisplay, underVirtualDisplay } from '../../scripts/app/display';
import { displayLack, parseLaunch } from '../../scripts/app/launch';
import { runProgram, type Ending } from '../../scripts/setup/programs';

describe('the arguments of npm start', () => {
  it('resolve a relative folder from where npm was called', () => {
    expect(parseLaunch(['../set'], '/home/user/here')).toEqual({
      xvfb: false,
      note: undefined,
      folder: '/home/user/set',
    });
  });

  it('can be without a folder', () => {
    expect(parseLaunch([], '/').folder).toBeUndefined();
  });

  it('can have a note, which is not taken for the folder', () => {
    expect(parseLaunch(['--note', 'spoilt on purpose', '--xvfb', '/set'], '/')).toEqual({
      xvfb: true,
      note: 'spoilt on purpose',
      folder: '/set',
    });
  });
});

describe('without a display', () => {
  it('a window is shown on a virtual one only on request', () => {
    const launch = parseLaunch(['/set'], '/');
    expect(displayLack(launch, 'npm start -- --xvfb /set', false)).toContain('run `npm start -- --xvfb /set`');
    expect(displayLack({ ...launch, xvfb: true }, '', false)).toBeUndefined();
    expect(displayLack(launch, '', true)).toBeUndefined();
  });

  it('is detected by the variables of X and Wayland, and only on Linux', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });

  it('the virtual one is large enough for the window', () => {
    expect(underVirtualDisplay('electron', ['.'])).toEqual([
      'xvfb-run',
      ['-a', '-s', '-screen 0 1600x1000x24', 'electron', '.'],
    ]);
  });
});

describe('the locale of the window', () => {
  it.each([
    [{}, 'C.UTF-8'],
    [{ LANG: 'C' }, 'C.UTF-8'],
    [{ LANG: 'de_DE.UTF-8', LC_ALL: 'POSIX' }, 'C.UTF-8'],
    [{ LANG: 'de_DE.utf8', LC_ALL: '' }, undefined],
    [{ LC_CTYPE: 'C.UTF-8' }, undefined],
  ])('with %j', (env, all) => {
    expect(utf8Locale(env, 'linux')['LC_ALL']).toBe(all);
    expect(utf8Locale(env, 'darwin')).toEqual({});
  });
});

describe('the error output of the window', () => {
  const bus =
    '[4971:1121/115939.380868:ERROR:bus.cc(399)] Failed to connect to the bus: Failed to connect to socket /run/dbus/system_bus_socket: No such file or directory';
  const card = '[5054:1121/115939.787116:ERROR:gpu_memory_buffer_support_x11.cc(44)] dri3 extension not supported.';

  it('is shown, except for a missing bus, and for a missing graphics card on a virtual display', () => {
    expect([isNoise(bus, false), isNoise(card, true), isNoise(card, false)]).toEqual([true, true, false]);
    expect(isNoise('[1:1/1.1:ERROR:browser_main_loop.cc(269)] Gtk: cannot open display', true)).toBe(false);
    expect(isNoise('Failed to connect to the bus: ', true)).toBe(false);
  });
});

// A virtual display needs Xvfb, which only Linux has.
describe.runIf(process.platform === 'linux' && spawnSync('xvfb-run', ['--help']).status === 0)('a signal', () => {
  it('ends the program on a virtual display with the signal, and the display with it', async () => {
    const program = `process.on('SIGTERM', () => { console.log('ended by itself'); process.exit(7); }); console.log(process.env.DISPLAY); setInterval(() => {}, 1000);`;
    const script = `import { passThrough } from ${JSON.stringify(resolve('scripts/app/pass-through.ts'))}; process.exitCode = await passThrough(process.execPath, ['-e', ${JSON.stringify(program)}], { virtual: true });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    const ended = new Promise<number | null>((done) => child.on('close', done));
    await new Promise<void>((shown) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        shown();
      });
    });
    child.kill('SIGTERM');
    expect(await ended).toBe(7);
    const [display = '', last] = said.trim().split('\n');
    expect(last).toBe('ended by itself');
    await expect.poll(() => existsSync(`/tmp/.X11-unix/X${display.slice(1)}`)).toBe(false);
  });
});

describe('a stale build', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-build-'));
    await mkdir(join(folder, 'src/deep'), { recursive: true });
    for (const [name, time] of [
      ['src/a.ts', 100],
      ['src/deep/b.ts', 300],
      ['src/deep', 200],
      ['src', 200],
      ['out.js', 250],
    ] as const) {
      if (/\.[tj]s$/.test(name)) await writeFile(join(folder, name), '');
      await utimes(join(folder, name), time, time);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is detected by the newest source at any depth', async () => {
    await utimes(join(folder, 'src/deep'), 200, 200);
    expect(await newestOf([join(folder, 'src')])).toBe(300_000);
  });

  it('is detected by a folder from which a source was removed', async () => {
    await utimes(join(folder, 'src/deep'), 400, 400);
    expect(await newestOf([join(folder, 'src')])).toBe(400_000);
  });

  it('is detected by a missing part', async () => {
    expect(await oldestOf([join(folder, 'out.js')])).toBe(250_000);
    expect(await oldestOf([join(folder, 'out.js'), join(folder, 'gone.js')])).toBe(-Infinity);
  });
});

describe('the command', () => {
  let checkout: string;
  const run = (...args: string[]): Promise<Ending> =>
    runProgram(process.execPath, [join(checkout, 'scripts/plumbline.mjs'), ...args]);
  beforeAll(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'plumbline-command-'));
    await mkdir(join(checkout, 'scripts', 'node'), { recursive: true });
    for (const name of ['plumbline.mjs', 'node/pinned-node.mjs'])
      await copyFile(join('scripts', name), join(checkout, 'scripts', name));
  });
  afterAll(() => rm(checkout, { recursive: true, force: true }));

  it('names the two commands for setting up', async () => {
    const { code, stderr } = await run();
    expect(code).toBe(3);
    expect(stderr).toBe('Plumbline is not set up here yet: run `npm run setup && npm run build`.\n');
  });

  it('runs on the pinned Node with the arguments, and returns the exit code', async () => {
    const addon = join(checkout, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8');
    for (const folder of [addon, join(checkout, 'node_modules/.bin'), join(checkout, 'out/cli')])
      await mkdir(folder, { recursive: true });
    await writeFile(join(addon, 'tfjs_binding.node'), '');
    await writeFile(join(checkout, 'node_modules/.bin/node'), `#!/bin/sh\nPINNED=yes exec ${process.execPath} "$@"\n`, {
      mode: 0o755,
    });
    await writeFile(
      join(checkout, 'out/cli/plumbline.js'),
      `const args = process.argv.slice(2);
       if (args[0] === 'die') process.kill(process.pid, 'SIGTERM');
       else { console.log(process.env.PINNED, args.join('|')); process.exitCode = 7; }
       setTimeout(() => {}, args[0] === 'die' ? 60_000 : 0);`,
    );
    expect(await run('audit', 'a folder')).toEqual({ code: 7, stdout: 'yes audit|a folder\n', stderr: '' });
    expect((await run('die')).code).toBeNull();
  });
});
