/** An engine in its own process, as in the app, that a test can kill. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { engineApi, type EngineApi } from '../../../src/contract/api';
import { createClient, type Client } from '../../../src/contract/rpc/client';
import { dropFacts } from '../../../src/contract/rpc/port';
import { childPort } from '../../../src/shell/child-port';

export interface KillableEngine {
  readonly client: Client<EngineApi>;
  readonly child: ChildProcess;
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export function startEngine(home: string): KillableEngine {
  const child = fork(resolve('out/engine/main.js'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, PLUMBLINE_CACHE_DIR: join(home, 'cache'), PLUMBLINE_DATA_DIR: join(home, 'data') },
  });
  const gone = once(child, 'exit');
  const client = createClient(childPort(child, { onSendError: () => undefined }), {
    api: engineApi,
    onDropped: (reason, details) => {
      throw new Error(JSON.stringify(dropFacts('client', reason, details)));
    },
  });
  return {
    client,
    child,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    stop: async () => {
      client.drain();
      await gone;
    },
  };
}
