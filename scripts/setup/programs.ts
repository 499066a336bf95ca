import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How a program ended. `code` is null if a signal or `signal` ended it, and 127 if it could not be started. */
export interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end and returns its output. Never throws. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: { environment?: Record<string, string>; folder?: string; signal?: AbortSignal } = {},
): Promise<Ending> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: 127, stdout, stderr: error.message });
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Whether a program of this name is on PATH. */
export function programExists(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
