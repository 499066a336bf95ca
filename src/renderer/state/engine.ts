/** The window's client of engine and shell. */
import { windowApi, type WindowApi } from '../../contract/api';
import type { Power, WindowBridge } from '../../contract/bridge';
import type { RequestFrame } from '../../contract/frames';
import { createClient, type Client } from '../../contract/rpc/client';
import type { Port } from '../../contract/rpc/port';
import { reportDropped } from './faults';

export interface Engine extends Pick<Client<WindowApi>, 'call' | 'on' | 'runJob'> {
  /** Start of the address of every image. */
  readonly images: string;
  /** Whether the shell of this window can do this. Controls that need what it cannot do are hidden. */
  readonly can: (power: Power) => boolean;
}

/** The window's port to the shell. It never closes: the shell lives longer than its windows. */
export function bridgePort(bridge: Pick<WindowBridge, 'post' | 'subscribe'>): Port {
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
  return { ...client, images: bridge.images, can: (power) => bridge.powers.includes(power) };
}
