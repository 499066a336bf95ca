import { svelte } from '@sveltejs/vite-plugin-svelte';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** A net for what hangs, and no more: a slow or busy machine must not fail a test. */
const HANGS_MS = 900_000;

const ENGINE_SETUP = ['test/global-setup.ts'];

/**
 * These look at what belongs to their process: its children, memory, log and uploads, a client that a module keeps,
 * the threads of TensorFlow, or sharp without the limits that the engine gives it.
 */
const OWN_PROCESS = [
  'test/engine/{host,main,process,shell,training}/**/*.test.ts',
  'test/engine/shards/{archives,network,object-store}.test.ts',
  'test/engine/app/lab-job.test.ts',
  'test/engine/images/bombs.test.ts',
  'test/engine/serve/trust.test.ts',
  'test/scripts/**/*.test.ts',
];

export default defineConfig({
  plugins: [svelte()],
  test: {
    /** Native modules (sharp, TensorFlow, SQLite) are not safe in worker threads that end; processes are. */
    pool: 'forks',
    /** One more than there are cores, because many tests wait for another process or a disk. */
    maxWorkers: Math.min(availableParallelism() + 1, 8),
    testTimeout: HANGS_MS,
    hookTimeout: HANGS_MS,
    expect: { poll: { timeout: 300_000 } },
    projects: [
      { extends: true, test: { name: 'engine-alone', include: OWN_PROCESS, globalSetup: ENGINE_SETUP } },
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/engine/**/*.test.ts'],
          exclude: OWN_PROCESS,
          globalSetup: ENGINE_SETUP,
          /** Loading the engine again for each file takes half a second of a processor. */
          isolate: false,
        },
      },
      /** `npm run test:quick` runs the two projects below, which need nothing that is built. */
      {
        extends: true,
        test: {
          name: 'units',
          include: ['test/unit/**/*.test.ts'],
          exclude: ['test/unit/renderer/**'],
          /** Pure functions: one process for all files saves a third of their time. */
          isolate: false,
        },
      },
      /** Part of `npm run check`: type checks of the whole source with an example of each extension. */
      { extends: true, test: { name: 'trials', include: ['test/trials/**/*.test.ts'] } },
      /** Svelte compiles and resolves to its server half without the `browser` condition. */
      {
        extends: true,
        resolve: { conditions: ['browser'] },
        test: {
          name: 'window',
          include: ['test/unit/renderer/**/*.test.ts'],
          environment: 'jsdom',
          /** Each file has a page of its own, but compiles no component again: a third of the time. */
          isolate: false,
        },
      },
    ],
  },
});
