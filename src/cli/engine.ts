/** Runs a command with its own engine: progress, Ctrl-C, and a clean end. */
import type { EventPayload, JobCall, JobResult, EngineApi, Params } from '../contract/api';
import type { NamedReading } from '../contract/model/dataset';
import { PlumblineError } from '../contract/errors';
import type { Client } from '../contract/rpc/client';
import { localEngine } from '../engine/app/local-engine';
import { VERSION } from '../engine/process/version';
import { cacheFolder, dataFolder, logFolder } from '../host/folders';
import { openLog } from '../host/log';
import { progressPrinter, type ProgressPrinter } from './progress';

const STOPPED = 'Stopped. Finished work is kept, and the next run continues from there.';

export interface DatasetSession {
  readonly client: Client<EngineApi>;
  readonly dataset: string;
  readonly printer: ProgressPrinter;
  /** Runs a job to its end and shows its progress; Ctrl-C cancels it. */
  readonly run: <K extends JobCall>(name: K, params: Params<EngineApi, K>) => Promise<JobResult<EngineApi, K>>;
}

/**
 * Opens the folder, or unpacks and opens the archive, and runs `work` on it. Finished work is always kept.
 * @param labels how to read the folder from now on; null: the folder is read as detected from now on
 */
export async function withDataset(
  folder: string,
  work: (session: DatasetSession) => Promise<void>,
  labels?: NamedReading | null,
): Promise<void> {
  const log = openLog({
    kind: 'cli',
    folder: logFolder(),
    verbose: process.env['PLUMBLINE_VERBOSE'] !== undefined,
  });
  log.info('start', { version: VERSION, node: process.version, platform: process.platform });
  const { client, stop } = localEngine({ cache: cacheFolder(), data: dataFolder() }, log);
  const printer = progressPrinter(process.stderr);
  let cancel = () => void stop();
  let stopped = STOPPED;
  const interrupt = () => cancel();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  client.on('notice', ({ error }) => process.stderr.write(`${error.message}\n`));
  const show = ({ progress }: Pick<EventPayload<'job'>, 'progress'>) => {
    if (progress !== null) printer.show(progress);
  };
  client.on('unpacking', show);
  try {
    const open = () => client.call('dataset.open', { root: folder, ...(labels !== undefined && { labels }) });
    const { dataset } = await open().catch(async (error: unknown) => {
      if (!(error instanceof PlumblineError) || error.code !== 'needs-unpacking') throw error;
      cancel = () => void client.call('archives.cancel', {});
      stopped = 'Stopped. The next run unpacks from the beginning.';
      await client.call('archives.unpack', { path: folder });
      cancel = () => void stop();
      stopped = STOPPED;
      return open();
    });
    await work({
      client,
      dataset,
      printer,
      run: (name, params) =>
        client.runJob(name, params, {
          status: show,
          started: (job) => {
            cancel = () => void client.call('jobs.cancel', { job });
          },
        }),
    });
  } catch (error) {
    printer.end();
    if (error instanceof PlumblineError && error.code === 'cancelled')
      throw new PlumblineError('cancelled', stopped, { cause: error });
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await stop();
  }
}
