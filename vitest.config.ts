import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  test: {
    globalSetup: ['test/global-setup.ts'],
    /** Native modules (sharp, TensorFlow, SQLite) are not safe in worker threads that end; processes are. */
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'node', include: ['test/**/*.test.ts'], exclude: ['test/unit/renderer/**'] } },
      /** Svelte compiles and resolves to its server half without the `browser` condition. */
      {
        extends: true,
        resolve: { conditions: ['browser'] },
        test: { name: 'window', include: ['test/unit/renderer/**/*.test.ts'], environment: 'jsdom' },
      },
    ],
  },
});
