import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { whenNpmIsGone } from '../node/pinned-node.mjs';
import { root } from '../setup/places.ts';
import { underVirtualDisplay } from './display.ts';

export interface Manner {
  environment?: Record<string, string>;
  /** Shows the output only if the program fails. */
  quiet?: boolean;
  /** Under a virtual display. */
  virtual?: boolean;
  /** Lines of the error output that are not shown. */
  hides?: (line: string) => boolean;
}

/** Reports the shell's process id; the program then replaces the shell and keeps that id. */
const tellingItsId = 'echo $$ >&3; exec 3>&- "$@"';
const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in the checkout with this process's streams and passes signals on to it.
 * @returns its exit code, or 1 if a signal ended it
 */
export async function passThrough(
  command: string,
  args: readonly string[],
  { environment, quiet = false, virtual = false, hides }: Manner = {},
): Promise<number> {
  const [program, all] = virtual
    ? underVirtualDisplay('sh', ['-c', tellingItsId, 'sh', command, ...args])
    : [command, args];
  return new Promise((resolve, reject) => {
    const child = spawn(program, all, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: [
        'inherit',
        quiet ? 'pipe' : 'inherit',
        quiet || hides !== undefined ? 'pipe' : 'inherit',
        virtual ? 'pipe' : 'ignore',
      ],
      shell: process.platform === 'win32',
      // In one process group with the terminal, xvfb-run would get the signal directly, and the display and the program
      // would remain.
      detached: virtual,
    });
    const said: Buffer[] = [];
    if (quiet)
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk));
    else if (hides !== undefined && child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (!hides(line)) process.stderr.write(`${line}\n`);
      });
    }

    let [id, waiting] = [virtual ? undefined : child.pid, undefined as NodeJS.Signals | undefined];
    const pass = (signal: NodeJS.Signals): void => {
      if (id === undefined) waiting = signal;
      else signalTo(id, signal);
    };
    (child.stdio[3] as Readable | null)?.once('data', (told: Buffer) => {
      id = Number(told.toString());
      if (waiting !== undefined) signalTo(id, waiting);
    });
    for (const signal of signals) process.on(signal, pass);
    const stop = whenNpmIsGone(() => pass('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code) => {
      stop();
      for (const signal of signals) process.off(signal, pass);
      if (code !== 0) process.stderr.write(Buffer.concat(said));
      resolve(code ?? 1);
    });
  });
}

function signalTo(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal);
  } catch {
    // It has already ended.
  }
}
