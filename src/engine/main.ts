/** Entry of the engine process: forked by the shell, which it serves until told to drain or left alone. */
import { availableParallelism } from 'node:os';
import { cacheFolder, dataFolder, logFolder } from '../host/folders';
import { openLog } from '../host/log';
import { installedBackbone } from './process/backbone';
import { forkPort } from './process/port';
import { VERSION } from './process/version';

const port = forkPort();
if (!port) {
  process.stderr.write('The engine is started by Plumbline, not by hand; `plumbline --help` lists what can be.\n');
  process.exitCode = 2;
} else {
  // Node's pool has four threads unless told otherwise before the first library that uses it is loaded; an image per
  // core needs more.
  process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(4, availableParallelism() + 1));
  const { serve } = await import('./app/serve');
  const log = openLog({
    kind: 'engine',
    folder: logFolder(),
    verbose: process.env['PLUMBLINE_VERBOSE'] !== undefined,
  });
  const backbone = installedBackbone()?.key ?? null;
  log.info('start', { version: VERSION, node: process.version, platform: process.platform, backbone });
  serve(port, { cache: cacheFolder(), data: dataFolder() }, () => process.exit(0), log);
}
