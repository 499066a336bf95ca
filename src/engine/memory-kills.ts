/** Tells a process that the system stopped for want of memory from one that died otherwise. */
import { readFileSync } from 'node:fs';

/** How many processes the kernel has killed for want of memory since it started; null where the system does not count them. */
export function memoryKills(): number | null {
  try {
    const line = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'));
    return line ? Number(line[1]) : null;
  } catch {
    return null;
  }
}

/** @param killsBefore `memoryKills()` when the process was started */
export function starved(signal: string | null, stderr: string, killsBefore: number | null): boolean {
  const kills = memoryKills();
  return (kills !== null && killsBefore !== null && kills > killsBefore && signal === 'SIGKILL') || /bad_alloc|out of memory|\bOOM\b/i.test(stderr);
}
