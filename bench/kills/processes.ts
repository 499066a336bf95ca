/** Processes as the system lists them. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What a killed process started may live on for so many seconds: an engine commits what is done, a training ends its
 * step.
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
    // One that ended and waits to be asked how does nothing any more.
    return pid === undefined || state!.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), args: args! }];
  });
}

/** The first child of a process whose command line holds `part`. */
export function childOf(pid: number, part: string): number | null {
  return list().find(({ parent, args }) => parent === pid && args.includes(part))?.pid ?? null;
}

/** A process and all that it, or one of them, started. */
export class Family {
  readonly #members: Set<number>;

  constructor(pid: number) {
    this.#members = new Set([pid]);
    this.living();
  }

  /** Who lives, with those that were started since. One that was started and orphaned between two looks is missed. */
  living(): { readonly pid: number; readonly args: string }[] {
    const listed = list();
    for (let before = 0; before < this.#members.size;) {
      before = this.#members.size;
      for (const { pid, parent } of listed) if (this.#members.has(parent)) this.#members.add(pid);
    }
    return listed.filter(({ pid }) => this.#members.has(pid));
  }

  /**
   * Waits until all are gone.
   * @returns after how many seconds; those that stay longer than the grace are named, and killed
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
            // It ended by itself at last.
          }
        }
        return { seconds, left: living.map(({ args }) => args.slice(0, 120)) };
      }
      await sleep(50);
    }
  }
}
