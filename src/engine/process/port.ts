/** The ports of a process that was forked, and of two halves of one process. */
import { EventEmitter } from 'node:events';
import type { Port } from '../../contract/rpc/port';

/** The channel to the process that forked this one, or null when none did. */
export function forkPort(): Port | null {
  const send = process.send?.bind(process);
  if (!send) return null;
  return {
    post: (frame) => {
      // The parent can go between the check and the send; `disconnect` then ends this process.
      if (process.connected) send(frame, undefined, undefined, () => undefined);
    },
    // A shell on an old Electron sends text, see its padding.
    listen: (receive) =>
      void process.on('message', (message: unknown) =>
        receive(typeof message === 'string' ? (JSON.parse(message) as unknown) : message),
      ),
    whenClosed: (react) => void process.once('disconnect', () => react()),
  };
}

/**
 * Two ends of one channel inside this process. Frames arrive on a later turn, as between processes, but are not copied.
 */
export function portPair(): { readonly client: Port; readonly engine: Port; readonly close: () => void } {
  const bus = new EventEmitter();
  const end = (name: string, other: string): Port => ({
    post: (frame) => void setImmediate(() => bus.emit(other, frame)),
    listen: (receive) => void bus.on(name, receive),
    whenClosed: (react) => void bus.once('close', () => react()),
  });
  return {
    client: end('client', 'engine'),
    engine: end('engine', 'client'),
    // After the frames that were posted before; none arrives later.
    close: () =>
      void setImmediate(() => {
        bus.emit('close');
        bus.removeAllListeners();
      }),
  };
}
