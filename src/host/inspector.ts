/** Starts a child process for a debugger. */

/** The processes that can be started so. */
export type Inspected = 'engine' | 'training' | 'audit';

/**
 * Node's flags for a child process: with `PLUMBLINE_INSPECT_ENGINE`, `_TRAINING` or `_AUDIT` set to a port, the process
 * listens there, on this machine only, and waits for a debugger before it begins.
 */
export function inspectorFlags(process: Inspected, env: NodeJS.ProcessEnv): string[] {
  const port = env[`PLUMBLINE_INSPECT_${process.toUpperCase()}`];
  return port === undefined || !/^\d{1,5}$/.test(port) ? [] : [`--inspect-brk=127.0.0.1:${port}`];
}
