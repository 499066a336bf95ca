/**
 * Starts the built app with caches, decisions and settings of its own. Imports no file, so that plain Node runs it too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..', '..');

/** One user's folders: two starts in one home share them, as two starts of the real app do. */
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
  /** What the page or Chromium complained of: a refused script or style, an uncaught error. */
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
 * Starts the app once more beside one that runs, without a driver: the driver's own calls fail unheard when an app ends
 * this early. Its exit code, or null after a signal.
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
