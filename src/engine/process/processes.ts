/** Other processes of this machine, known by their ids alone. */
import { readFileSync } from 'node:fs';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !hasEnded(pid);
  } catch (error) {
    // Someone else's process is alive too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * True of a process that ended and whose end nobody has asked for yet: Linux still takes signals for it. False where it
 * cannot be told.
 */
function hasEnded(pid: number): boolean {
  try {
    // The name of the program, in brackets, may itself hold brackets and spaces.
    return /^ [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1) ?? '');
  } catch {
    return false;
  }
}
