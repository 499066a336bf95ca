/** The window's client of engine and shell. */
import { windowApi, type WindowApi } from '../../contract/api';
import type { WindowBridge } from '../../contract/bridge';
import type { RequestFrame } from '../../contract/frames';
import { createClient, type Client } from '../../contract/rpc/client';
import type { Port } from '../../contract/rpc/port';
import { reportDropped } from './faults';

export type Engine = Pick<Client<WindowApi>, 'call' | 'on' | 'runJob'>;

/** The window's port to the shell. It never closes: the shell lives longer than its windows. */
export function bridgePort(bridge: WindowBridge): Port {
  return {
    post: (frame) => bridge.post(frame as RequestFrame),
    listen: (receive) => void bridge.subscribe(receive),
    whenClosed: () => undefined,
  };
}

/** Talks to engine and shell over `bridge` for as long as the window lives. */
export function connect(bridge: WindowBridge): Engine {
  const client: Client<WindowApi> = createClient(bridgePort(bridge), {
    api: windowApi,
    onDropped: reportDropped(() => client),
  });
  return client;
}
