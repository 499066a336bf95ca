/** A two-way channel of frames, whatever carries it. */
import { EventEmitter } from 'node:events';

export interface Port {
  readonly post: (frame: unknown) => void;
  readonly listen: (receive: (frame: unknown) => void) => void;
  /** Called once when the other side is gone. */
  readonly whenClosed: (react: () => void) => void;
}

/** The channel to the process that forked this one, or null when none did. */
export function forkPort(): Port | null {
  const send = process.send?.bind(process);
  if (!send) return null;
  return {
    post: (frame) => {
      // The parent can go between the check and the send; `disconnect` then ends this process.
      if (process.connected) send(frame, undefined, undefined, () => undefined);
    },
    // The shell sends text, see its padding.
    listen: (receive) =>
      process.on('message', (message: unknown) =>
        receive(typeof message === 'string' ? (JSON.parse(message) as unknown) : message),
      ),
    whenClosed: (react) => process.once('disconnect', react),
  };
}

/**
 * Two ends of one channel inside this process. Frames arrive on a later turn, as between processes, but are not copied.
 */
export function portPair(): { readonly client: Port; readonly engine: Port; readonly close: () => void } {
  const bus = new EventEmitter();
  const end = (name: string, other: string): Port => ({
    post: (frame) => setImmediate(() => bus.emit(other, frame)),
    listen: (receive) => bus.on(name, receive),
    whenClosed: (react) => bus.once('close', react),
  });
  return { client: end('client', 'engine'), engine: end('engine', 'client'), close: () => bus.emit('close') };
}
