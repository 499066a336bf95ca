/** Serves the calls of a window: the shell answers its own calls and forwards the others to the engine. */
import {
  engineApi,
  windowApi,
  type Answer,
  type EngineApi,
  type EngineCall,
  type Handlers,
  type Params,
  type ShellApi,
  type WindowApi,
} from '../contract/api';
import type { OnDropped, Port } from '../contract/rpc/port';
import { createServer } from '../contract/rpc/server';
import type { EngineProcess } from './engine-process';

export type ShellCalls = {
  readonly [K in keyof ShellApi]: (params: Params<ShellApi, K>) => Promise<Answer<ShellApi, K>>;
};

/** Serves a window for as long as it lives. */
export function serveWindow(
  port: Port,
  engine: Pick<EngineProcess, 'forward'>,
  shell: ShellCalls,
  onDropped: OnDropped,
): void {
  const passOn = (name: EngineCall) => [name, (params: unknown) => engine.forward(name, params)] as const;
  // The server parses the answers, so they need no type here.
  const engineCalls = Object.fromEntries((Object.keys(engineApi) as EngineCall[]).map(passOn)) as Handlers<EngineApi>;
  const handlers: Handlers<WindowApi> = { ...engineCalls, ...shell };
  createServer(port, { api: windowApi, handlers, callers: 'window', onDropped });
}
