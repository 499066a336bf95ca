/** Distinguishes a process that was killed because memory ran out from one that died for another reason. */
import { readFileSync } from 'node:fs';

/**
 * How many processes the kernel has killed since it was started because memory ran out; null where the system does not
 * count them.
 */
export function memoryKills(): number | null {
  try {
    const line = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'));
    return line ? Number(line[1]) : null;
  } catch {
    return null;
  }
}

/**
 * Whether an error text says that memory could not be allocated, as TensorFlow, V8 and oneDNN write it. oneDNN gives no
 * cause.
 */
export function saysOutOfMemory(text: string): boolean {
  return /\bOOM\b|out of memory|resource ?exhausted|bad_alloc|array buffer allocation failed|dnnl::error.*could not create a/is.test(
    text,
  );
}

/** @param killsBefore `memoryKills()` when the process was started */
export function starved(signal: string | null, stderr: string, killsBefore: number | null): boolean {
  const kills = memoryKills();
  return (
    (kills !== null && killsBefore !== null && kills > killsBefore && signal === 'SIGKILL') || saysOutOfMemory(stderr)
  );
}
