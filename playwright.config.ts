import { defineConfig } from '@playwright/test';

/** Real Electron windows on the built app (`npm run build` first); on a machine without a display under `xvfb-run`. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  reporter: [['list']],
  // One app at a time: each has an engine that keeps every core busy, and the tests wait for what it shows.
  workers: 1,
  // Nets for what hangs, and no more: a slow or busy machine must not fail a test.
  timeout: 600_000,
  expect: { timeout: 120_000 },
  forbidOnly: true,
});
