/** Which workarounds the running Electron needs. README.md in this folder explains each of them. */

/**
 * The oldest Electron that the app supports, and its Node and Chrome versions. The build compiles for these versions.
 * @internal used by build configurations only
 */
export const OLDEST = { electron: 22, node: '16.17', chrome: 108 } as const;

/** The oldest Electron that received security fixes when this was written. */
export const FIRST_SUPPORTED = 43;

/** The first major version of Electron that does not need the workaround. */
const NOT_NEEDED_FROM = {
  'padded-frames': FIRST_SUPPORTED,
  'buffer-protocol': 25,
} as const;

export type Workaround = keyof typeof NOT_NEEDED_FROM;

/** @param electron a version, as in `process.versions.electron` */
const majorOf = (electron: string): number => Number.parseInt(electron, 10);

export function isSupported(electron: string): boolean {
  return majorOf(electron) >= FIRST_SUPPORTED;
}

export function needs(workaround: Workaround, electron: string): boolean {
  return majorOf(electron) < NOT_NEEDED_FROM[workaround];
}
