import { hasDisplay } from './app/display.ts';
import { displayLack, launchApp, parseLaunch } from './app/launch.ts';
import { reporting, setUp } from './setup.ts';

/** `npm start -- [--xvfb] [DIR]`: sets up and builds what is missing, then opens the window. */
export async function main(args: readonly string[]): Promise<number> {
  const launch = parseLaunch(args, process.env['INIT_CWD'] ?? process.cwd());
  const lack = displayLack(
    launch,
    `npm start -- --xvfb${launch.folder === undefined ? '' : ` ${launch.folder}`}`,
    hasDisplay(),
  );
  if (lack !== undefined) {
    process.stderr.write(`${lack}\n`);
    return 1;
  }
  return reporting(async () => {
    await setUp(false);
    return launchApp(launch);
  });
}
