/** Ports: to the parent of a forked process, and between two parts of one process. */
import { EventEmitter } from 'node:events';
import type { Port } from '../../contract/rpc/port';

/** The channel to the process that forked this one; null if this process was not forked. */
export function forkPort(): Port | null {
  const send = process.send?.bind(process);
  if (!send) return null;
  return {
    post: (frame) => {
      // The parent can end between the check and the send; `disconnect` then ends this process.
      if (process.connected) send(frame, undefined, undefined, () => undefined);
    },
    // A shell on an old Electron sends text; see electron22/padding.ts.
    listen: (receive) =>
      void process.on('message', (message: unknown) =>
        receive(typeof message === 'string' ? (JSON.parse(message) as unknown) : message),
      ),
    whenClosed: (react) => void process.once('disconnect', () => react()),
  };
}

/**
 * The two ends of a channel inside this process. As between processes, frames arrive in a later turn of the event loop;
 * but they are not copied.
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
    // After all frames that were posted before; none arrives later.
    close: () =>
      void setImmediate(() => {
        bus.emit('close');
        bus.removeAllListeners();
      }),
  };
}
