import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isAlive } from '../../../src/host/processes';

it.skipIf(process.platform !== 'linux')(
  'a process that has ended does not count as alive, even if its parent has not read its exit status',
  async () => {
    // The shell replaces itself by a program that never reads exit statuses, as the first process of a container often
    // does.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [text] = (await once(parent.stdout, 'data')) as [Buffer];
      const child = Number(text.toString());
      expect(isAlive(child)).toBe(true);
      await expect.poll(() => isAlive(child)).toBe(false);
      expect(() => process.kill(child, 0)).not.toThrow();
      expect(isAlive(parent.pid!)).toBe(true);
    } finally {
      parent.kill('SIGKILL');
    }
  },
);
