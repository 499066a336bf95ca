/** Something that set-up needs and cannot provide. The message is one sentence and names the command that mends it. */
export class SetupFailure extends Error {
  /**
   * @param lack what is missing and why it is needed, without a full stop
   * @param command the exact command that mends it
   */
  constructor(lack: string, command: string) {
    super(`${lack}: run \`${command}\`, then the same command again.`);
    this.name = 'SetupFailure';
  }
}

/** The last line that a program said, or `otherwise`: the line in which tools put their reason. */
export function lastLine(output: string, otherwise: string): string {
  return output.trim().split('\n').at(-1)?.trim() || otherwise;
}

/** What went wrong, in one phrase. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
