/** Runs the built command line as a user does. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export function plumbline(home: string, ...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [resolve('out/cli/plumbline.js'), ...args], {
    env: { ...process.env, PLUMBLINE_CACHE_DIR: join(home, 'cache'), PLUMBLINE_DATA_DIR: join(home, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  return new Promise((done) => child.once('close', (code) => done({ code, out, err })));
}
