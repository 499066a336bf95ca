/** Fixtures for every test of the window: its own folders, and the app started on them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from '@playwright/test';
import { launch, makeHome, type App, type Home } from './app';

interface Fixtures {
  readonly prefix: string;
  /** A folder used only by this test. */
  readonly scratch: string;
  readonly home: Home;
  /** Starts the app. At the end of the test it is closed and must have reported no errors. */
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
