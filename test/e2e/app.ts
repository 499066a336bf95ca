/** Starts the built app for a test, with caches, decisions and settings of its own, and ends it afterwards. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test';

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

export async function launch(home: Home, args: readonly string[] = []): Promise<App> {
  const electron = await _electron.launch({ cwd: ROOT, args: [...home.switches, '.', ...args], env: home.env });
  const page = await electron.firstWindow();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { electron, page, complaints, close: () => electron.close() };
}

interface Fixtures {
  readonly prefix: string;
  /** A folder of this test alone. */
  readonly scratch: string;
  readonly home: Home;
  /** Starts the app; it is closed at the end of the test, and must have had nothing to complain of. */
  readonly start: (...args: string[]) => Promise<App>;
}

export const test = base.extend<Fixtures>({
  prefix: ['plumbline-e2e-', { option: true }],
  scratch: async ({ prefix }, use) => {
    const folder = mkdtempSync(join(tmpdir(), prefix));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  home: async ({ scratch }, use) => {
    await use(makeHome(join(scratch, 'home')));
  },
  start: async ({ home }, use) => {
    const apps: App[] = [];
    await use(async (...args) => {
      const app = await launch(home, args);
      apps.push(app);
      return app;
    });
    for (const app of apps) await app.close();
    expect(apps.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
});

export { expect };
