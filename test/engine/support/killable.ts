/** An engine in a process of its own, as the app runs it, that a test can kill. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { EngineClient } from '../../../src/engine/app/local-engine';

export interface KillableEngine {
  readonly client: EngineClient;
  readonly child: ChildProcess;
  /** SIGKILL; resolves when the process is gone. */
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
  const client = new EngineClient({
    post: (message) => {
      if (child.connected) child.send(message as object);
    },
    listen: (listener) => void child.on('message', listener),
    whenClosed: (listener) => void child.once('disconnect', listener),
  });
  return {
    client,
    child,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    stop: async () => {
      if (child.connected) child.send({ type: 'drain' });
      await gone;
    },
  };
}
