/** Something that set-up needs and cannot provide. The message is one sentence and names the command that fixes it. */
export class SetupFailure extends Error {
  /**
   * @param lack what is missing and why it is needed, without a full stop
   * @param command the exact command that fixes it
   */
  constructor(lack: string, command: string) {
    super(`${lack}: run \`${command}\`, then the same command again.`);
    this.name = 'SetupFailure';
  }
}

/** The last line of a program's output, where tools usually print their reason; `otherwise` if there is none. */
export function lastLine(output: string, otherwise: string): string {
  return output.trim().split('\n').at(-1)?.trim() || otherwise;
}

/** The reason of an error in one phrase. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
