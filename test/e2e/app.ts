/**
 * Starts the built app with its own caches, decisions and settings. Imports no other file, so that plain Node can run
 * it too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..', '..');

/** One user's folders: two starts in the same home share them, as two starts of the real app do. */
export interface Home {
  readonly folder: string;
  readonly cache: string;
  /** Chromium's switches for this home. */
  readonly switches: readonly string[];
  readonly env: Record<string, string>;
}

export interface App {
  readonly electron: ElectronApplication;
  readonly page: Page;
  /** Errors of the page and of Chromium: a refused script or style, or an uncaught error. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export function makeHome(folder: string): Home {
  const [cache, data, user] = ['cache', 'data', 'user'].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [cache, data, user]) mkdirSync(path, { recursive: true });
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    folder,
    cache,
    // Chromium's sandbox does not run as root.
    switches: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--user-data-dir=${user}`],
    env: { ...Object.fromEntries(inherited), PLUMBLINE_CACHE_DIR: cache, PLUMBLINE_DATA_DIR: data },
  };
}

/** `root` is a folder with a package.json and the built app. */
export async function launch(home: Home, args: readonly string[] = [], root = ROOT): Promise<App> {
  const electron = await _electron.launch({ cwd: root, args: [...home.switches, '.', ...args], env: home.env });
  const page = await electron.firstWindow();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { electron, page, complaints, close: () => electron.close() };
}

/**
 * Starts the app again beside a running one, without a driver: if an app ends this early, the driver does not report
 * its own failed calls. Returns the exit code, or null after a signal.
 */
export async function startBeside(app: App, home: Home, args: readonly string[]): Promise<number | null> {
  const second = spawn(app.electron.process().spawnfile, [...home.switches, '.', ...args], {
    cwd: ROOT,
    env: home.env,
    stdio: 'ignore',
  });
  const [code] = (await once(second, 'exit')) as [number | null];
  return code;
}
