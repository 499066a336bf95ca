type Environment = Readonly<Record<string, string | undefined>>;

/** Large enough for the whole window. */
const screen = '-screen 0 1600x1000x24';

/** Whether a window can be shown. */
export function hasDisplay(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  return platform !== 'linux' || Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY']);
}

/** The same command line under a virtual display. */
export function underVirtualDisplay(command: string, args: readonly string[]): [string, string[]] {
  return ['xvfb-run', ['-a', '-s', screen, command, ...args]];
}
