/**
 * Pictures of every view and of what opens in it, for visual inspection. `xvfb-run -a -s "-screen 0 2600x1500x24" node
 * test/e2e/look.ts OUT [DIR] [--size 1100x700]… [--theme light]… [--only images]…` after `npm run build`. Without DIR
 * it uses an imbalanced set of digits; without --size and --theme all of SIZES and THEMES. It runs the probe and
 * judges predictions that it makes itself, so that no view is empty.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launch, makeHome } from './app.ts';
import { Camera } from './look/camera.ts';
import { tours } from './look/tours.ts';
import { OverviewPage } from './pages/overview.ts';
import { StartPage } from './pages/start.ts';
import { writeDigits } from './samples.ts';

const SIZES = ['1100x700', '1440x900', '2560x1440'];
const THEMES = ['light', 'dark'];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', multiple: true, default: SIZES },
    theme: { type: 'string', multiple: true, default: THEMES },
    only: { type: 'string', multiple: true, default: Object.keys(tours) },
  },
});
const [target, dir] = positionals;
if (target === undefined) throw new Error('Say into which folder the pictures go.');
const out = resolve(target);
mkdirSync(out, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-look-'));
try {
  const home = makeHome(join(scratch, 'home'));
  const digits = join(scratch, 'digits');
  if (dir === undefined) await writeDigits(digits, [400, 380, 300, 260, 200, 120, 80, 40, 12, 3]);
  const root = resolve(dir ?? digits);
  const app = await launch(home, [root]);
  const camera = new Camera(app, out, values.size, values.theme);
  const overview = new OverviewPage(app.page);
  await overview.root.or(new StartPage(app.page).root).first().waitFor();
  if (await overview.indexing.isVisible()) await camera.take('indexing');
  if (await overview.root.isVisible()) {
    await overview.indexed();
    for (const name of values.only) {
      // A data set without what a tour expects must not cost the pictures of the other views.
      await tours[name]?.({ app, camera, scratch, root }).catch(async (error: unknown) => {
        process.stderr.write(`${name}: ${String(error)}\n`);
        await camera.take(`${name}-stopped`);
      });
      await app.page.keyboard.press('Escape');
    }
  } else await camera.take('refused');
  await app.close();
  const start = await launch(home);
  await new StartPage(start.page).openFolder.waitFor();
  await new Camera(start, out, values.size, values.theme).take('start');
  await start.close();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
