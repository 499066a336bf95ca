import { reportError, type Reporter } from '../state/faults';

/** Reports the errors that reach the page itself. @param view the id of the view that is shown at that moment */
export function reportUncaught(page: Window, shell: Reporter, view: () => string): void {
  page.addEventListener('error', ({ error, message }) => reportError(shell, 'page', error ?? message, view()));
  page.addEventListener('unhandledrejection', ({ reason }) => reportError(shell, 'promise', reason, view()));
}
