/** Reads a password without showing it. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { PlumblineError } from '../contract/errors';

/**
 * From `PLUMBLINE_PASSWORD`, which is removed so that no child process gets it; otherwise the first line of standard
 * input, asked for if that is a terminal.
 * @throws PlumblineError bad-request if there is none
 */
export async function readPassword(): Promise<string> {
  const { PLUMBLINE_PASSWORD: given } = process.env;
  delete process.env['PLUMBLINE_PASSWORD'];
  if (given !== undefined) return given;
  const terminal = process.stdin.isTTY;
  // With `terminal`, readline itself echoes what is typed, so it writes to a stream that discards everything.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal });
  // Only now does the terminal no longer show what is typed.
  if (terminal) process.stderr.write('Password: ');
  // In the raw mode of a terminal, Ctrl-C is a key like any other.
  lines.on('SIGINT', () => {
    lines.close();
    process.stderr.write('\n');
    process.kill(process.pid, 'SIGINT');
  });
  try {
    for await (const line of lines) {
      if (terminal) process.stderr.write('\n');
      return line;
    }
  } finally {
    lines.close();
  }
  throw new PlumblineError(
    'bad-request',
    '--password reads the password from standard input, but standard input was empty.',
  );
}
