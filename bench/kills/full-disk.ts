/**
 * An index whose cache is on a disk of three megabytes. It must fail with one sentence, keep what was written, and use
 * it when there is space again.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { told, type Bench, type Undisturbed } from './bench.ts';
import { open } from './engine.ts';

/** @returns the message shown, or why it was not tried */
export async function fillDisk({ scratch, source, faults }: Bench, undisturbed: Undisturbed): Promise<string> {
  if (process.getuid?.() !== 0) return 'not tried: mounting a tmpfs needs root';
  const disk = join(scratch, 'disk');
  mkdirSync(disk);
  const size = (megabytes: number, ...options: string[]) =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', [`size=${megabytes}m`, ...options].join(','), 'tmpfs', disk]).status === 0;
  if (!size(3)) return 'not tried: this system mounts no tmpfs';
  try {
    const full = await open(disk, source);
    const failure = await full.engine.job('jobs.index', { dataset: full.dataset }).then(
      () => 'no failure',
      (error: unknown) => (error as Error).message,
    );
    const alive = (
      await full.engine
        .call<{ images: number }>('dataset.summary', { dataset: full.dataset })
        .catch(() => ({ images: -1 }))
    ).images;
    await full.engine.stop();
    if (!/full|space/i.test(failure)) faults.push(`disk full: ${failure}`);
    size(200, 'remount');
    const room = await open(disk, source);
    await room.engine.job('jobs.index', { dataset: room.dataset });
    if ((await told(room.engine.call, room.dataset, false)) !== undisturbed.result)
      faults.push('disk full: the result with free space differs');
    await room.engine.stop();
    return `“${failure}” (${alive} images reported), then complete with free space`;
  } finally {
    spawnSync('umount', [disk]);
  }
}
