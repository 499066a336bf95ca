/** Processes as the system lists them. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Seconds that a child of a killed process may stay alive: an engine commits its work, a training finishes its step.
 */
export const GRACE = 5;

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly args: string;
}

function list(): Listed[] {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, state, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    // A zombie does nothing any more.
    return pid === undefined || state!.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), args: args! }];
  });
}

/** The first child of a process whose command line contains `part`. */
export function childOf(pid: number, part: string): number | null {
  return list().find(({ parent, args }) => parent === pid && args.includes(part))?.pid ?? null;
}

/** A process with all its descendants. */
export class Family {
  readonly #members: Set<number>;

  constructor(pid: number) {
    this.#members = new Set([pid]);
    this.living();
  }

  /** The living ones, including new descendants. One that was started and orphaned between two calls is missed. */
  living(): { readonly pid: number; readonly args: string }[] {
    const listed = list();
    for (let before = 0; before < this.#members.size;) {
      before = this.#members.size;
      for (const { pid, parent } of listed) if (this.#members.has(parent)) this.#members.add(pid);
    }
    return listed.filter(({ pid }) => this.#members.has(pid));
  }

  /**
   * Waits until all have ended.
   * @returns the seconds that this took; those that stay longer than the grace period are listed, and killed
   */
  async gone(): Promise<{ readonly seconds: number; readonly left: readonly string[] }> {
    const began = performance.now();
    for (;;) {
      const living = this.living();
      const seconds = (performance.now() - began) / 1000;
      if (living.length === 0) return { seconds, left: [] };
      if (seconds > GRACE) {
        for (const { pid } of living) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch {
            // It has just ended by itself.
          }
        }
        return { seconds, left: living.map(({ args }) => args.slice(0, 120)) };
      }
      await sleep(50);
    }
  }
}
