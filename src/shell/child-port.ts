/** The port to a child process that was forked with `serialization: 'advanced'`. */
import type { ChildProcess } from 'node:child_process';
import type { Port } from '../contract/rpc/port';

export interface ChildPortOptions {
  /** Turns a frame into what is sent instead of it. */
  readonly encode?: (frame: unknown) => unknown;
  readonly onSendError: (error: Error) => void;
}

function describeExit(code: number | null, signal: string | null): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}

/** Closes when the process ends and reports how: its exit code, or the signal that ended it. */
export function childPort(child: ChildProcess, { encode = (frame) => frame, onSendError }: ChildPortOptions): Port {
  return {
    post: (frame) => {
      // After the channel was closed, the process ends too, which rejects the pending calls.
      if (child.connected) child.send(encode(frame) as object, (error) => error !== null && onSendError(error));
    },
    listen: (receive) => void child.on('message', receive),
    whenClosed: (react) => void child.once('exit', (code, signal) => react(describeExit(code, signal))),
  };
}
