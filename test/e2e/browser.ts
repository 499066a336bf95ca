/** The built app served to a browser of today, with its own caches and decisions. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { installedChromium } from '../../scripts/setup/chromium.ts';
import type { Home } from './app';

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
  /** Kills the server without a goodbye, and starts it again in the same place. */
  restart(): Promise<void>;
  /** Errors of all pages: a refused script or style, or an uncaught error. */
  readonly complaints: string[];
  close(): Promise<void>;
}

function start(home: Home, args: readonly string[]): ChildProcess {
  const cwd = join(home.folder, 'cwd');
  mkdirSync(cwd, { recursive: true });
  const script = join(import.meta.dirname, '..', '..', 'out', 'cli', 'plumbline.js');
  return spawn(process.execPath, [script, 'serve', ...args], {
    cwd,
    env: home.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs `plumbline serve` and signs in with the address that it prints, or with the token that `args` give it. */
export async function serveTo(home: Home, args: readonly string[]): Promise<Served> {
  let server = start(home, ['--port', '0', ...args]);
  const printed = await printedAddress(server);
  const own = args.indexOf('--token');
  const address = own < 0 ? printed : `${printed}?token=${args[own + 1]}`;
  const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser: Browser = await chromium.launch({ executablePath: program ?? '', args: switches });
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
    restart: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      server = start(home, ['--port', new URL(printed).port, ...args]);
      await printedAddress(server);
    },
    close: async () => {
      await browser.close();
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    },
  };
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
