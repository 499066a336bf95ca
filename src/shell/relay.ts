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
import { PlumblineError } from '../contract/errors';
import type { OnDropped, Port } from '../contract/rpc/port';
import { createServer, type Server } from '../contract/rpc/server';
import type { EngineProcess } from './engine-process';

export type ShellCalls = {
  readonly [K in keyof ShellApi]: (params: Params<ShellApi, K>) => Promise<Answer<ShellApi, K>>;
};

/** The calls with which a page in a browser answers the server's questions for files. */
export type PromptCalls = Pick<ShellCalls, 'shell.browse' | 'shell.answerPrompt'>;

const noPrompt = (): Promise<never> => Promise.reject(new PlumblineError('not-found', 'This question is closed.'));

/** For a shell that asks with the dialogs of the system. */
export const noPrompts: PromptCalls = { 'shell.browse': noPrompt, 'shell.answerPrompt': noPrompt };

/** Serves a window for as long as it lives. */
export function serveWindow(
  port: Port,
  engine: Pick<EngineProcess, 'forward'>,
  shell: ShellCalls,
  onDropped: OnDropped,
): Server {
  const passOn = (name: EngineCall) => [name, (params: unknown) => engine.forward(name, params)] as const;
  // The server parses the answers, so they need no type here.
  const engineCalls = Object.fromEntries((Object.keys(engineApi) as EngineCall[]).map(passOn)) as Handlers<EngineApi>;
  const handlers: Handlers<WindowApi> = { ...engineCalls, ...shell };
  return createServer(port, { api: windowApi, handlers, callers: 'window', onDropped });
}
