import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../src/host/folders.ts';
import { hasDisplay } from './app/display.ts';
import { displayLack, launchApp, parseLaunch } from './app/launch.ts';
import type { DemoTruth } from '../src/engine/samples/faults.ts';
import { DEMO_FOLDER, demoNote, writeDemo } from '../src/engine/samples/writer.ts';
import { reporting, setUp } from './setup.ts';
import { intoPlace } from './setup/folders.ts';
import { alone } from './setup/lock.ts';
import { showProgress } from './setup/progress.ts';

/** `npm run demo`: opens the app on 10,000 real digits with planted faults. */
export async function main(args: readonly string[]): Promise<number> {
  const asked = parseLaunch(args, process.cwd());
  const lack = displayLack(asked, 'npm run demo -- --xvfb', hasDisplay());
  if (lack !== undefined) {
    process.stderr.write(`${lack}\n`);
    return 1;
  }
  return reporting(async () => {
    await setUp(false);
    const folder = join(cacheFolder(), DEMO_FOLDER);
    const truth = await demoTruth(folder);
    return launchApp({ ...asked, folder: join(folder, 'digits'), note: demoNote(truth) });
  });
}

/** The planted faults. Writes the folder if it does not exist; it gets its name only when it is complete. */
async function demoTruth(folder: string): Promise<DemoTruth> {
  const read = async (): Promise<DemoTruth> =>
    JSON.parse(await readFile(join(folder, 'demo-truth.json'), 'utf8')) as DemoTruth;
  return read().catch(() =>
    alone(cacheFolder(), async () => {
      const progress = showProgress('writing the digits', 'images');
      const written = read().catch(() =>
        intoPlace(folder, async (scratch) => {
          await writeDemo(scratch, {}, (done, total) => progress.update(done, total));
        }),
      );
      await written.finally(() => progress.end());
      return read();
    }),
  );
}
