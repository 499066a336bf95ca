import { defineConfig } from '@playwright/test';
import type { ShellOption } from './test/e2e/fixtures';

/**
 * Real windows on the built app (`npm run build` first), on a machine without a display under `xvfb-run`: in Electron,
 * and the same tests a second time in a browser of today on `plumbline serve`. `npm test` leaves out the project
 * `browser`, which takes minutes; `npm run test:browser` runs it.
 */
export default defineConfig<ShellOption>({
  testDir: 'test/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  reporter: [['list']],
  // One app at a time: each has an engine that keeps every core busy, and the tests wait for what it shows.
  workers: 1,
  // Nets for what hangs, and no more: a slow or busy machine must not fail a test.
  timeout: 1_200_000,
  expect: { timeout: 300_000 },
  forbidOnly: true,
  projects: [
    { name: 'electron', testIgnore: 'served.spec.ts', use: { shell: 'electron' } },
    { name: 'served', testMatch: 'served.spec.ts', use: { shell: 'browser' } },
    {
      name: 'browser',
      // These test Electron's own confinement, crashes and log; test/engine/serve has their counterparts.
      testIgnore: ['served.spec.ts', 'confinement.spec.ts', 'mishaps.spec.ts', 'log.spec.ts'],
      use: { shell: 'browser' },
    },
  ],
});
