/**
 * Tests that start a real engine or training process run the built files, so that these are built once before any test.
 * `npm test` has built them already and says so.
 */
import { build } from 'vite';

export async function setup(): Promise<void> {
  if (process.env['PLUMBLINE_TESTS_BUILT'] === undefined)
    await build({ configFile: 'vite.engine.config.ts', logLevel: 'error' });
}
