/** The built app served to a browser of today, with its own caches and decisions. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join, relative, sep } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { installedChromium } from '../../scripts/setup/chromium.ts';
import { childrenOf } from '../engine/support/children.ts';
import type { App, Home } from './app';

const program = installedChromium();

/** Why the tests in a browser are skipped; null where there is a browser. */
export const noBrowser =
  program === null
    ? 'There is no Chromium here: install Debian’s package `chromium` to run the tests in a browser.'
    : null;

export interface Served {
  readonly address: string;
  /** A further page of the same user, on the start of the app. */
  open(): Promise<Page>;
  /** Process id of the engine that the server started. */
  engine(): number;
  /** Kills the server without a goodbye, and starts it again in the same place. */
  restart(): Promise<void>;
  /** Errors of all pages: a refused script or style, or an uncaught error. */
  readonly complaints: string[];
  /** Closes the browser and kills the server. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** A running `plumbline serve`. */
interface ServerProcess {
  /** As printed, or with the token that the arguments give it. */
  readonly address: string;
  /** Process id of the engine that the server started. */
  engine(): number;
  /** Kills the server without a goodbye. */
  kill(): Promise<void>;
  /** Starts it again in the same place. */
  again(): Promise<void>;
  stop(): Promise<void>;
}

const BUILT = [process.execPath, join(import.meta.dirname, '..', '..', 'out', 'cli', 'plumbline.js')] as const;

function spawnServer(home: Home, [program, ...before]: readonly string[], args: readonly string[]): ChildProcess {
  const cwd = join(home.folder, 'cwd');
  mkdirSync(cwd, { recursive: true });
  return spawn(program ?? '', [...before, 'serve', ...args], {
    cwd,
    env: home.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Below these numbers, systems give no ports to outgoing connections. */
const PORTS = { from: 10_000, to: 30_000 } as const;

/**
 * A free port. A server that is started again needs the same one, which a connection, even of the waiting page, could
 * have by then if it were any port.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    const probe = createServer().listen(port, 'localhost');
    try {
      await once(probe, 'listening');
    } catch {
      continue;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

/** @param command what runs `plumbline` */
export async function startServing(
  home: Home,
  args: readonly string[],
  command: readonly string[] = BUILT,
): Promise<ServerProcess> {
  let server = spawnServer(home, command, ['--port', String(await freePort()), ...args]);
  const printed = await printedAddress(server);
  const own = args.indexOf('--token');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  return {
    address: own < 0 ? printed : `${printed}?token=${args[own + 1]}`,
    engine: () => childOf(server.pid ?? 0, 'engine/main.js'),
    kill: () => end('SIGKILL'),
    again: async () => {
      server = spawnServer(home, command, ['--port', new URL(printed).port, ...args]);
      await printedAddress(server);
    },
    stop: () => end('SIGTERM'),
  };
}

/** The browser of this machine. @param without switches of Playwright that are left out */
export function launchBrowser(without: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: program ?? '',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    ignoreDefaultArgs: without,
  });
}

/** Runs `plumbline serve` and signs in with the address that it prints, or with the token that `args` give it. */
export async function serveTo(home: Home, args: readonly string[]): Promise<Served> {
  const server = await startServing(home, args);
  const { address } = server;
  const browser = await launchBrowser();
  const context: BrowserContext = await browser.newContext({
    viewport: { width: 1280, height: 820 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const complaints: string[] = [];
  return {
    address,
    complaints,
    open: async () => {
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(address);
      return page;
    },
    engine: () => server.engine(),
    restart: async () => {
      await server.kill();
      await server.again();
    },
    kill: async () => {
      await browser.close();
      await server.kill();
    },
    close: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

function childOf(parent: number, words: string): number {
  const [found] = childrenOf(parent, words);
  if (found === undefined) throw new Error(`The server has no process ${words}.`);
  return found;
}

function printedAddress(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    server.once('exit', () => reject(new Error(`The server ended: ${text}`)));
    server.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const found = /http:\S+/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
}

/** Answers the question for a file or folder that the page shows next. @param next gives the path; null cancels */
async function answerPrompt(page: Page, root: string, next: () => string | null): Promise<void> {
  const entries = page.getByRole('list', { name: 'Files and folders on the server' });
  const any = page.getByRole('dialog').filter({ has: entries });
  await any.waitFor({ timeout: 0 });
  // Another question may follow at once.
  const dialog = page.getByRole('dialog', { name: (await any.getAttribute('aria-label')) ?? '', exact: true });
  const path = next();
  const button = (name: string) => dialog.getByRole('button', { name, exact: true });
  if (path === null) await button('Cancel').click();
  else {
    // With a single folder to choose from, the page starts in it.
    const all = dialog.getByText('Folders on the server', { exact: true });
    await all
      .or(dialog.getByTitle(root, { exact: true }))
      .first()
      .waitFor();
    if (await all.isVisible()) await button(root).click();
    const parts = relative(root, path).split(sep);
    for (const [at, part] of parts.entries()) {
      await dialog.getByTitle(join(root, ...parts.slice(0, at)), { exact: true }).waitFor();
      if (existsSync(join(root, ...parts.slice(0, at + 1))))
        await entries
          .getByRole('button')
          .filter({ has: page.getByText(part, { exact: true }) })
          .click();
      else {
        await dialog.getByRole('textbox', { name: 'Name of a new folder' }).fill(part);
        await button('New folder').click();
        await dialog.getByTitle(join(root, ...parts.slice(0, at + 1)), { exact: true }).waitFor();
      }
    }
    await dialog.locator('.button.primary').click();
  }
  await dialog.waitFor({ state: 'detached' });
}

/**
 * The app in a browser, as the tests of the window need it. Its questions for files are answered while the test waits
 * for what comes after.
 * @param root the folder from which the page may choose
 */
export async function launchServed(home: Home, args: readonly string[], root: string): Promise<App> {
  const served = await serveTo(home, [...args, '--root', root]);
  const page = await served.open();
  let answers: (string | null)[] = [];
  let target: string | null = null;
  const next = (): string | null => (answers.length > 1 ? answers.shift() : answers[0]) ?? null;
  const answering = async (): Promise<never> => {
    for (;;) await answerPrompt(page, root, next);
  };
  answering().catch((error: unknown) => {
    if (!page.isClosed()) served.complaints.push(String(error));
  });
  page.on('download', (file) => void file.saveAs(target ?? join(home.folder, basename(file.suggestedFilename()))));
  return {
    page,
    complaints: served.complaints,
    answer: (...paths) => {
      answers = [...paths];
      return Promise.resolve();
    },
    saveTo: (path) => {
      target = path;
      return Promise.resolve();
    },
    engine: () => Promise.resolve(served.engine()),
    clipboard: () => page.evaluate<string>('navigator.clipboard.readText()'),
    resize: (width, height) => page.setViewportSize({ width, height }),
    kill: () => served.kill(),
    close: () => served.close(),
  };
}
