import { getuid } from 'node:process';
import { lastLine, SetupFailure } from './failure.ts';
import { programExists, runProgram } from './programs.ts';
import { note } from './progress.ts';

/** The Debian packages that Electron and a virtual display need. */
export const electronPackages = [
  'libnss3',
  'libgtk-3-0',
  'libatk-bridge2.0-0',
  'libgbm1',
  'libasound2',
  'libcups2',
  'libdrm2',
  'libxss1',
];

/** Newer Debian and Ubuntu releases renamed some of these for 64-bit time. apt knows one of the two names. */
export const renamed: Readonly<Record<string, string>> = {
  'libgtk-3-0': 'libgtk-3-0t64',
  'libatk-bridge2.0-0': 'libatk-bridge2.0-0t64',
  libasound2: 'libasound2t64',
  libcups2: 'libcups2t64',
};

/** Whether this process may install system packages. */
export function isRoot(): boolean {
  return getuid?.() === 0;
}

/**
 * Installs system packages with apt if run as root; otherwise stops with the command to run.
 * @param lack what is missing and why it is needed, as in {@link SetupFailure}
 */
export async function installPackages(lack: string, packages: readonly string[]): Promise<void> {
  if (!programExists('apt-get')) {
    throw new SetupFailure(`${lack} (named as on Debian; this system has no apt-get)`, `install ${packages.join(' ')}`);
  }
  const command = `apt-get update && apt-get install -y ${(await knownNames(packages)).join(' ')}`;
  if (!isRoot()) throw new SetupFailure(lack, `sudo sh -c '${command}'`);
  note(`${lack}: installing ${packages.join(' ')} with apt-get …`);
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-qq', '-o', 'DPkg::Lock::Timeout=300'];
  const update = await runProgram('apt-get', [...wait, 'update'], { environment });
  const names = await knownNames(packages);
  const install = await runProgram('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...names], {
    environment,
  });
  if (install.code !== 0) {
    const reason = lastLine(install.stderr, lastLine(update.stderr, 'no reason given'));
    throw new SetupFailure(`${lack}, and apt-get could not install it (${reason})`, command);
  }
}

/** Each package with the name under which this system's apt can install it. */
async function knownNames(packages: readonly string[]): Promise<string[]> {
  const candidates = packages.flatMap((name) => (renamed[name] === undefined ? [] : [renamed[name]]));
  if (candidates.length === 0) return [...packages];
  const { stdout } = await runProgram('apt-cache', ['policy', ...candidates]);
  return packages.map((name) => {
    const other = renamed[name];
    return other !== undefined && installable(stdout, other) ? other : name;
  });
}

/** Whether the output of `apt-cache policy` has an installable version of the package. */
export function installable(policy: string, name: string): boolean {
  const lines = policy.split('\n');
  const start = lines.indexOf(`${name}:`);
  return start >= 0 && /Candidate: (?!\(none\))/.test(lines.slice(start, start + 3).join('\n'));
}

/** The shared libraries that `ldd` reports as missing. */
export function missingLibraries(ldd: string): string[] {
  return [...new Set([...ldd.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]!))].sort();
}
