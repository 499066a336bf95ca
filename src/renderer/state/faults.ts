/** Tells the shell, for its log, what went wrong in the window. */
import type { WindowApi } from '../../contract/api';
import { PlumblineError } from '../../contract/errors';
import { FAULT_TEXT, type WindowFault } from '../../contract/model/window-fault';
import type { Client } from '../../contract/rpc/client';
import type { OnDropped } from '../../contract/rpc/port';

const REPORT = 'shell.logFault';
export type Reporter = Pick<Client<WindowApi>, 'call'>;
type ErrorSource = Extract<WindowFault, { event: 'window-error' }>['source'];

const short = (text: string): string => text.slice(0, FAULT_TEXT);

/** A report that fails is given up: as an error of its own it would be reported again. */
function report(shell: Reporter, fault: WindowFault): void {
  shell.call(REPORT, fault).catch(() => undefined);
}

/** @param view the id of the view that is shown */
export function reportError(shell: Reporter, source: ErrorSource, error: unknown, view: string): void {
  const known = error instanceof Error ? error : new Error(String(error));
  report(shell, {
    event: 'window-error',
    source,
    view: short(view),
    code: short(known instanceof PlumblineError ? known.code : known.name),
    message: short(known.message),
    stack: short(known.stack ?? ''),
  });
}

/** Reports each frame that the window's own client dropped. */
export function reportDropped(shell: () => Reporter): OnDropped {
  return (reason, { name = null, problem = null }) => {
    // The answer to a report: another report would get the same answer.
    if (name === REPORT) return;
    report(shell(), {
      event: 'frame-dropped',
      reason,
      name: name === null ? null : short(name),
      problem: problem === null ? null : short(problem),
    });
  };
}
