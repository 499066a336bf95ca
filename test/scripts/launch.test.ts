import { copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestOf, oldestOf } from '../../scripts/app/build';
import { hasDisplay, underVirtualDisplay } from '../../scripts/app/display';
import { displayLack, parseLaunch } from '../../scripts/app/launch';
import { runProgram, type Ending } from '../../scripts/setup/programs';

describe('the arguments of npm start', () => {
  it('take a relative folder from where npm was called', () => {
    expect(parseLaunch(['../set'], '/home/user/here')).toEqual({ xvfb: false, note: undefined, folder: '/home/user/set' });
  });

  it('need no folder', () => {
    expect(parseLaunch([], '/').folder).toBeUndefined();
  });

  it('take a note that is not mistaken for the folder', () => {
    expect(parseLaunch(['--note', 'spoilt on purpose', '--xvfb', '/set'], '/')).toEqual({ xvfb: true, note: 'spoilt on purpose', folder: '/set' });
  });
});

describe('where there is no display', () => {
  it('a window is shown on a virtual one only when asked', () => {
    const launch = parseLaunch(['/set'], '/');
    expect(displayLack(launch, 'npm start -- --xvfb /set', false)).toContain('run `npm start -- --xvfb /set`');
    expect(displayLack({ ...launch, xvfb: true }, '', false)).toBeUndefined();
    expect(displayLack(launch, '', true)).toBeUndefined();
  });

  it('is told by X and by Wayland, and only on Linux', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });

  it('the virtual one has room for the window', () => {
    expect(underVirtualDisplay('electron', ['.'])).toEqual(['xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24', 'electron', '.']]);
  });
});

describe('a stale build', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-build-'));
    await mkdir(join(folder, 'src/deep'), { recursive: true });
    for (const [name, time] of [['src/a.ts', 100], ['src/deep/b.ts', 300], ['src/deep', 200], ['src', 200], ['out.js', 250]] as const) {
      if (/\.[tj]s$/.test(name)) await writeFile(join(folder, name), '');
      await utimes(join(folder, name), time, time);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is told by the newest source at any depth', async () => {
    await utimes(join(folder, 'src/deep'), 200, 200);
    expect(await newestOf([join(folder, 'src')])).toBe(300_000);
  });

  it('is told by a folder from which a source was removed', async () => {
    await utimes(join(folder, 'src/deep'), 400, 400);
    expect(await newestOf([join(folder, 'src')])).toBe(400_000);
  });

  it('is one of which a part is missing', async () => {
    expect(await oldestOf([join(folder, 'out.js')])).toBe(250_000);
    expect(await oldestOf([join(folder, 'out.js'), join(folder, 'gone.js')])).toBe(-Infinity);
  });
});

describe('the command', () => {
  let checkout: string;
  const run = (...args: string[]): Promise<Ending> => runProgram(process.execPath, [join(checkout, 'scripts/plumbline.mjs'), ...args]);
  beforeAll(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'plumbline-command-'));
    await mkdir(join(checkout, 'scripts'));
    for (const name of ['plumbline.mjs', 'pinned-node.mjs']) await copyFile(join('scripts', name), join(checkout, 'scripts', name));
  });
  afterAll(() => rm(checkout, { recursive: true, force: true }));

  it('names the two commands that set it up', async () => {
    const { code, stderr } = await run();
    expect(code).toBe(3);
    expect(stderr).toBe('Plumbline is not set up here yet: run `npm run setup && npm run build`.\n');
  });

  it('runs on the pinned Node, with the arguments, and ends as what it runs ends', async () => {
    const addon = join(checkout, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8');
    for (const folder of [addon, join(checkout, 'node_modules/.bin'), join(checkout, 'out/cli')]) await mkdir(folder, { recursive: true });
    await writeFile(join(addon, 'tfjs_binding.node'), '');
    await writeFile(join(checkout, 'node_modules/.bin/node'), `#!/bin/sh\nPINNED=yes exec ${process.execPath} "$@"\n`, { mode: 0o755 });
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
