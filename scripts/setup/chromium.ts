import { existsSync } from 'node:fs';
import { SetupFailure } from './failure.ts';
import { installPackages, isRoot } from './system.ts';

/** Where systems have Chromium or Chrome. Playwright's own browsers cannot be fetched everywhere. */
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser for the tests of `plumbline serve`; null if this machine has none. */
export function installedChromium(): string | null {
  return PROGRAMS.find((path) => existsSync(path)) ?? null;
}

/** Installs Chromium if that is possible without asking; the tests in a browser are skipped where it is not. */
export async function tryChromium(): Promise<void> {
  if (installedChromium() !== null || process.platform !== 'linux' || !isRoot()) return;
  try {
    await installPackages('The tests in a browser need Chromium', ['chromium']);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    process.stdout.write(`${error.message}\nThe tests in a browser are skipped.\n`);
  }
}
