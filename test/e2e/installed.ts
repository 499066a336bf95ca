/**
 * Installs the .deb that `npm run package` built, and tests what is on the disk afterwards: window, instant probe,
 * command line, server, fuses. Started by `npm run test:package`. As root, dpkg installs and removes the package; otherwise it
 * is unpacked into a folder. `-- --keep OUT` keeps a picture of the window. The driver talks to Chromium and not to
 * Electron's main process, because a fuse forbids that, and the package is tested as it is shipped.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { hasDisplay, underVirtualDisplay } from '../../scripts/app/display.ts';
import { installedBackbone } from '../../src/engine/process/backbone.ts';
import { makeHome, type Home } from './app.ts';
import { launchBrowser, noBrowser, startServing } from './browser.ts';
import { FramePage } from './pages/frame.ts';
import { LabelsPage } from './pages/labels.ts';
import { OverviewPage } from './pages/overview.ts';
import { writeDigits } from './samples.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist');
const PLANTED = [3, 11, 25, 33, 40, 52, 66, 71];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function must(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { env, encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}

interface Installed {
  /** The folder used in place of `/`. */
  readonly root: string;
  remove(): void;
}

function install(deb: string, scratch: string): Installed {
  if (process.getuid?.() === 0) {
    assert.notEqual(
      spawnSync('dpkg', ['-s', 'plumbline']).status,
      0,
      'Plumbline is installed on this machine: remove it first (dpkg -r plumbline).',
    );
    must('dpkg', ['-i', deb]);
    return {
      root: '/',
      remove: () => {
        must('dpkg', ['-r', 'plumbline']);
        assert.ok(!existsSync('/opt/Plumbline'), 'dpkg -r leaves nothing behind');
      },
    };
  }
  const root = join(scratch, 'root');
  must('dpkg-deb', ['-x', deb, root]);
  return { root, remove: () => undefined };
}

/** Starts the installed app without any folder of the checkout on its PATH. */
function startApp(program: string, home: Home, args: readonly string[]): ChildProcess {
  return spawn(program, [...home.switches, '--remote-debugging-port=0', ...args], {
    cwd: '/',
    env: { ...home.env, PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
}

async function connect(app: ChildProcess): Promise<{ browser: Browser; page: Page }> {
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    app.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    app.once('exit', (code) => reject(new Error(`The installed app ended with exit code ${code ?? 'none'}: ${said}`)));
  });
  // Electron does not support downloads or contexts, and refuses to set them up.
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const context = browser.contexts()[0]!;
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  return { browser, page };
}

/** The packaged engine finds planted wrong labels with the packaged TensorFlow. */
async function tryWindow(program: string, home: Home, digits: string, picture: string): Promise<void> {
  const app = startApp(program, home, [digits]);
  const gone = new Promise<void>((resolve) => app.once('exit', () => resolve()));
  try {
    const { browser, page } = await connect(app);
    await new OverviewPage(page).indexed();
    await new FramePage(page).go('Labels');
    const labels = new LabelsPage(page);
    await labels.run();
    await labels.suspects.waitFor({ timeout: 180_000 });
    const first = await labels.suspects.getByRole('option').first().getAttribute('aria-label');
    assert.match(first ?? '', /planted-/);
    await page.waitForTimeout(500);
    await page.screenshot({ path: picture });
    say(`window: the instant probe ran, its first suspect is ${first ?? ''}`);
    await page.keyboard.press('Control+q');
    await browser.close();
  } finally {
    app.kill();
    await gone;
  }
}

/** The app's executable must not be usable as Node by other programs. */
function tryFuses(program: string, home: Home): void {
  const { stdout } = spawnSync(program, [...home.switches, '-e', 'process.stdout.write("a Node")'], {
    env: { ...home.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
    timeout: 8000,
  });
  assert.ok(!stdout.includes('a Node'), 'the executable runs as Node');
  say('fuses: the executable runs no code that is given to it');
}

function tryFiles(root: string): void {
  const share = join(root, 'usr/share');
  for (const file of [
    'applications/plumbline.desktop',
    'icons/hicolor/256x256/apps/plumbline.png',
    'doc/plumbline/copyright',
    'doc/plumbline/THIRD_PARTY_NOTICES.gz',
  ]) {
    assert.ok(statSync(join(share, file)).size > 100, file);
  }
  const backbone = installedBackbone(join(root, 'opt/Plumbline/resources/engine/out/engine'));
  assert.equal(backbone?.key, installedBackbone()?.key, 'the package has the backbone that set-up fetched');
  if (backbone !== null) {
    assert.ok(backbone.path.startsWith(realpathSync(root)), 'the backbone is part of the package');
    assert.equal(statSync(backbone.path).mode & 0o444, 0o444, 'every user can read the backbone');
    assert.equal(statSync(dirname(backbone.path)).mode & 0o555, 0o555, 'every user can open its folder');
  }
  // If a user other than root unpacked it, it is set-uid for that user, which is useless. The mode in the package can
  // only be tested after installing.
  if (root === '/') assert.equal(statSync('/opt/Plumbline/chrome-sandbox').mode & 0o7777, 0o4755);
  say(`files: desktop entry, icons, licences, sandbox helper, ${backbone === null ? 'no' : 'the'} backbone`);
}

/** Through /usr/bin/plumbline if it is installed. In an unpacked folder that script would look in /opt. */
function commandOf(root: string): [string, string[]] {
  const engine = join(root, 'opt/Plumbline/resources/engine');
  return root === '/'
    ? ['/usr/bin/plumbline', []]
    : [join(engine, `node_modules/node-linux-${process.arch}/bin/node`), [join(engine, 'out/cli/plumbline.js')]];
}

/** The page of `plumbline serve`, opened with what it prints. Without a browser, only whether it is sent whole. */
async function tryServer(root: string, home: Home, digits: string): Promise<void> {
  const [program, args] = commandOf(root);
  const server = await startServing(
    { ...home, env: { ...home.env, PATH: '/usr/bin:/bin' } },
    [digits],
    [program, ...args],
  );
  try {
    if (noBrowser !== null) {
      const token = new URL(server.address);
      const cookie = (await fetch(token, { redirect: 'manual' })).headers.get('set-cookie')?.split(';')[0] ?? '';
      const page = await (await fetch(token.origin, { headers: { cookie } })).text();
      const script = /src="(?:\.\/)?([^"]+\.js)"/.exec(page)?.[1] ?? '';
      assert.equal((await fetch(new URL(script, token.origin), { headers: { cookie } })).status, 200);
      say(`server: it sends its page. ${noBrowser}`);
      return;
    }
    const browser = await launchBrowser();
    const page = await browser.newPage();
    await page.goto(server.address);
    const overview = new OverviewPage(page);
    await overview.indexed();
    assert.equal(await overview.figure('Images'), '240');
    await browser.close();
    say('server: its page shows the images in a browser');
  } finally {
    await server.stop();
  }
}

function tryCommandLine(root: string, home: Home, digits: string): void {
  const [program, args] = commandOf(root);
  const env = { ...home.env, PATH: '/usr/bin:/bin' };
  const text = must(program, [...args, 'audit', digits, '--probe', 'instant', '--json', '-'], env);
  const report = JSON.parse(text) as {
    schema: string;
    dataset: { images: number };
    labels: { images: unknown[] } | null;
  };
  assert.equal(report.dataset.images, 240);
  assert.ok((report.labels?.images.length ?? 0) >= PLANTED.length);
  // What the machines of a cluster need: the driver, and steps that load the client of S3.
  assert.ok(statSync(must(program, [...args, 'shard', 'driver'], env).trim()).isFile());
  const planned = must(program, [...args, 'shard', 'plan', '--run', `${digits}-run`, '--source', digits], env);
  assert.match(planned, /"images":240/);
  say(`command line: ${report.schema}, ${report.dataset.images} images`);
}

async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'plumbline-installed-'));
  const keep = process.argv.indexOf('--keep');
  const picture = keep < 0 ? join(scratch, 'window.png') : process.argv[keep + 1]!;
  const debs = readdirSync(DIST).filter((name) => name.endsWith('.deb'));
  assert.equal(debs.length, 1, 'dist/ holds one .deb: run `npm run package` first.');
  const digits = join(scratch, 'digits');
  await writeDigits(digits, [80, 80, 80]);
  for (const digit of [0, 1, 2])
    for (const index of PLANTED)
      renameSync(
        join(digits, String(digit), `00${String(index).padStart(2, '0')}.png`),
        join(digits, String((digit + 1) % 3), `planted-${digit}-${index}.png`),
      );
  const installed = install(join(DIST, debs[0]!), scratch);
  try {
    const home = makeHome(join(scratch, 'home'));
    const program = join(installed.root, 'opt/Plumbline/plumbline-app');
    tryFiles(installed.root);
    tryCommandLine(installed.root, makeHome(join(scratch, 'other')), digits);
    await tryServer(installed.root, makeHome(join(scratch, 'served')), digits);
    await tryWindow(program, home, digits, picture);
    tryFuses(program, makeHome(join(scratch, 'third')));
    say('The package works as installed.');
  } finally {
    installed.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (hasDisplay()) await main();
else {
  const [program, args] = underVirtualDisplay(process.execPath, process.argv.slice(1));
  process.exitCode = spawnSync(program, args, { stdio: 'inherit' }).status ?? 1;
}
