/** How the page of `plumbline serve` is reached from the computer of a user who is logged in over SSH. */

/**
 * A paragraph with the command to run there, ending in an empty line; empty if nobody is logged in over SSH.
 * @param host name of this machine, which may not be the one that the user knows
 */
export function tunnelText(
  { SSH_CONNECTION: connection }: Readonly<Record<string, string | undefined>>,
  port: number,
  user: string,
  host: string,
): string {
  if (connection === undefined || connection === '') return '';
  return `On your own computer, first run this, with the name by which you reach this machine:\n\n  ssh -N -L ${port}:localhost:${port} ${user}@${host}\n\n`;
}
