/** Entry of the engine process: forked by the shell, which it serves until told to drain or left alone. */
import { cacheFolder, dataFolder } from './folders';
import { forkPort } from './port';
import { serve } from './serve';

const port = forkPort();
if (!port) {
  process.stderr.write('The engine is started by Plumbline, not by hand; `plumbline --help` lists what can be.\n');
  process.exitCode = 2;
} else {
  serve(port, { cache: cacheFolder(), data: dataFolder() }, () => process.exit(0));
}
