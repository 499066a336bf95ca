/** Tests that start a real engine or training process run the built files, so these are made once before any test. */
import { build } from 'vite';

export async function setup(): Promise<void> {
  await build({ configFile: 'vite.engine.config.ts', logLevel: 'error' });
}
