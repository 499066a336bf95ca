/** An engine and its client in one process. They use the same frames and schemas as between processes. */
import { engineApi, type EngineApi } from '../../contract/api';
import { createClient, type Client } from '../../contract/rpc/client';
import { dropFacts } from '../../contract/rpc/port';
import type { CatalogFolders } from '../catalog/catalog';
import { silentLog, type Log } from '../../host/process-log';
import { portPair } from '../process/port';
import { serve } from './serve';

export interface LocalEngine {
  readonly client: Client<EngineApi>;
  /** Stops running jobs, keeps the work they have done, and closes the engine. */
  readonly stop: () => Promise<void>;
}

/** Its client waits for the end of a job, so that there are no early findings. */
export function localEngine(folders: CatalogFolders, log: Log = silentLog): LocalEngine {
  const ports = portPair();
  const client = createClient(ports.client, {
    api: engineApi,
    onDropped: (reason, details) => log.warn('frame-dropped', dropFacts('client', reason, details)),
  });
  const { drain } = serve(ports.engine, folders, () => undefined, log, false);
  return {
    client,
    stop: async () => {
      await drain();
      ports.close();
    },
  };
}
