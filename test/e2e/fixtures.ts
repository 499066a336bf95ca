/** Fixtures for every test of the window: its own folders, and the app started on them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from '@playwright/test';
import { besideHome, launch, makeHome, type App, type ElectronApp, type Home } from './app';
import { launchServed, noBrowser } from './browser';

export interface ShellOption {
  readonly shell: 'electron' | 'browser';
}

interface Fixtures extends ShellOption {
  readonly prefix: string;
  /** A folder used only by this test. */
  readonly scratch: string;
  readonly home: Home;
  /** Starts the app. At the end of the test it is closed and must have reported no errors. */
  readonly start: (...args: string[]) => Promise<App>;
  /** The same, but the app does not know of one that runs already. */
  readonly startBeside: (...args: string[]) => Promise<App>;
  /** For what only Electron has. In a browser, a test that uses it must skip itself, with its reason. */
  readonly startElectron: (...args: string[]) => Promise<ElectronApp>;
}

/** Runs `use` with a function that starts apps, and closes them afterwards. */
async function closing<A extends App>(
  launchOne: (args: readonly string[]) => Promise<A>,
  use: (start: (...args: string[]) => Promise<A>) => Promise<void>,
): Promise<void> {
  const apps: A[] = [];
  await use(async (...args) => {
    const app = await launchOne(args);
    apps.push(app);
    return app;
  });
  for (const app of apps) await app.close();
  expect(apps.flatMap(({ complaints }) => complaints)).toEqual([]);
}

export const test = base.extend<Fixtures>({
  shell: ['electron', { option: true }],
  prefix: ['plumbline-e2e-', { option: true }],
  scratch: async ({ prefix }, use) => {
    const folder = mkdtempSync(join(tmpdir(), prefix));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  home: async ({ scratch }, use) => {
    await use(makeHome(join(scratch, 'home')));
  },
  start: async ({ home, scratch, shell }, use, info) => {
    info.skip(shell === 'browser' && noBrowser !== null, noBrowser ?? '');
    await closing((args) => launchIn(shell, home, args, scratch), use);
  },
  startBeside: async ({ home, scratch, shell }, use) => {
    await closing(
      (args) => (shell === 'browser' ? launchServed(home, args, scratch) : launch(besideHome(home), args)),
      use,
    );
  },
  startElectron: async ({ home, shell }, use) => {
    await closing((args) => {
      if (shell === 'browser') throw new Error('This test needs Electron.');
      return launch(home, args);
    }, use);
  },
});

/**
 * One app for all tests of a group: each gets a new page of it. For tests that leave nothing behind but the state of
 * their page.
 * @param launchOne starts the app for the first test; everything that it needs is in the folder, which is new
 * @returns the app, inside of a test
 */
export function oneApp<A extends App>(launchOne: (folder: string, shell: ShellOption['shell']) => Promise<A>): () => A {
  let folder: string | undefined;
  let app: A | undefined;
  test.beforeEach(async ({ prefix, shell }) => {
    if (app === undefined) {
      folder = mkdtempSync(join(tmpdir(), prefix));
      app = await launchOne(folder, shell);
    } else await app.page.reload();
  });
  test.afterEach(() => {
    expect(app?.complaints.splice(0)).toEqual([]);
  });
  test.afterAll(async () => {
    await app?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    if (app === undefined) throw new Error('No test has started.');
    return app;
  };
}

/** Starts the app in Electron or in a browser. */
export function launchIn(
  shell: ShellOption['shell'],
  home: Home,
  args: readonly string[],
  scratch: string,
): Promise<App> {
  return shell === 'browser' ? launchServed(home, args, scratch) : launch(home, args);
}

export { expect };
