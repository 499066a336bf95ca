/** The processes of this machine by their command lines, and their parents. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

export interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

export function processesWith(word: string): Running[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const [state = '', parent = ''] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return command.includes(word) && state !== 'Z' && Number(name) !== process.pid
        ? [{ pid: Number(name), parent: Number(parent), command }]
        : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

/** A net for what hangs, and no more: a slow or busy machine must not fail the test. */
const HANGS_MS = 600_000;

/** Waits until `what` gives something. @throws Error for what hangs */
export async function until<T>(name: string, what: () => T | null | undefined | false): Promise<T> {
  const end = performance.now() + HANGS_MS;
  for (;;) {
    const found = what();
    if (found) return found;
    if (performance.now() > end) throw new Error(`${name} did not happen`);
    await setTimeout(50);
  }
}
