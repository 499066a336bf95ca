import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { verify } from './download.ts';
import { lastLine } from './failure.ts';
import { scratchFolder } from './folders.ts';
import { programExists, runProgram } from './programs.ts';
import { runDownloader, silenceWatch } from './silence.ts';
import { installPackages } from './system.ts';

/** One exact file of a package in the Python index. */
export interface Wheel {
  name: string;
  version: string;
  pythonVersion: string;
  platform: string;
  sha256: string;
  /** Size of the file, for the progress line. */
  bytes: number;
}

/** Sets another index for pip; the user replaces INDEX. */
export const indexCommand = 'python3 -m pip config set global.index-url INDEX';

/** pip uses the index that the user has configured; a mirror may need minutes before it sends the first byte. */
const pipSilenceSeconds = 300;

/** If pip is there, Python is too; `unzip` may be missing. */
const unpackScript = `
import sys, zipfile
archive, target, *prefixes = sys.argv[1:]
with zipfile.ZipFile(archive) as z:
    z.extractall(target, [n for n in z.namelist() if any(n.startswith(p) for p in prefixes)])
`;

/**
 * Downloads a wheel with pip into the cache folder's downloads, once.
 * @returns its path
 * @throws Error with the reason in one phrase; SetupFailure if Python or pip is missing
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
      // pip first downloads into its temporary folder, where the progress can be seen.
      environment: { TMPDIR: scratch },
      folders: [scratch],
      bytes: wheel.bytes,
      watch: silenceWatch(pipSilenceSeconds),
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

/** Unpacks the entries of a wheel whose names start with one of `prefixes`. */
export async function unpackWheel(path: string, target: string, prefixes: readonly string[]): Promise<void> {
  const python = await runProgram('python3', ['-c', unpackScript, path, target, ...prefixes]);
  if (python.code !== 0) throw new Error(lastLine(python.stderr, 'Python could not unpack it'));
}

/** The pip command line that downloads exactly this wheel with any version of Python. */
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

/** Whether wheels can be fetched without installing anything. */
export async function hasPip(): Promise<boolean> {
  return programExists('python3') && (await runProgram('python3', ['-m', 'pip', '--version'])).code === 0;
}

async function requirePip(wheel: Wheel): Promise<void> {
  if (!(await hasPip()))
    await installPackages(`python3 with pip is missing, which downloads ${wheel.name}`, ['python3', 'python3-pip']);
}
