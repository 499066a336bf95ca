/**
 * Builds the app once before all tests, because tests that start a real engine or training process run the built files.
 * `npm test` has already built them and says so.
 */
import { build } from 'vite';

export async function setup(): Promise<void> {
  if (process.env['PLUMBLINE_TESTS_BUILT'] !== undefined) return;
  await build({ configFile: 'vite.engine.config.ts', logLevel: 'error' });
  // Two projects have this set-up.
  process.env['PLUMBLINE_TESTS_BUILT'] = 'yes';
}
