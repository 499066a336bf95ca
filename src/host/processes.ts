/** Tells from a process id whether that process is running. */
import { readFileSync } from 'node:fs';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !hasEnded(pid);
  } catch (error) {
    // A process of another user is alive too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * True for a process that has ended but whose parent has not yet read its exit status (a zombie): Linux still accepts
 * signals for it. False where this cannot be determined.
 */
function hasEnded(pid: number): boolean {
  try {
    // The name of the program is in brackets and may itself contain brackets and spaces.
    return /^ [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1) ?? '');
  } catch {
    return false;
  }
}
