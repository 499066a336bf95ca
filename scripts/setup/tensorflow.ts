import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cacheFolder } from '../../src/host/folders.ts';
import { download } from './download.ts';
import { lastLine, SetupFailure, reasonOf } from './failure.ts';
import { intoPlace, linkFolder, requireSpace } from './folders.ts';
import { modulePath } from './places.ts';
import { runProgram } from './programs.ts';
import { note } from './progress.ts';
import type { Step } from './step.ts';
import { fetchWheel, indexCommand, unpackWheel, type Wheel } from './wheel.ts';

/** A Python wheel that contains TensorFlow's library. Two files and the C headers of it are used. */
const wheel: Wheel = {
  name: 'tensorflow-cpu',
  version: '2.18.1',
  pythonVersion: '3.11',
  platform: 'manylinux2014_x86_64',
  sha256: '810c75d7149d2da0cb2092187817b0dcabb80728ca9f9cf3a61f3f42fadd1298',
  bytes: 230_236_181,
};

const wheelParts = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
];

/** SHA-256 of the official archives, by file name. Others are accepted without one, over https. */
const officialSums: Readonly<Record<string, string>> = {
  'libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz': '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173',
};

/** Where tfjs-node looks for the library and its headers: a link into the cache folder. */
export const libraryLink = modulePath('@tensorflow', 'tfjs-node', 'deps');

/** TensorFlow's C library and headers, in the cache folder and linked into tfjs-node. */
export const libraryStep: Step = {
  title: "TensorFlow's library",
  done: () => Promise.resolve(isLibrary(libraryLink)),
  async provide(again) {
    const official = await officialArchive();
    const known = [official.folder, wheelFolder()];
    if (again) await Promise.all(known.map((folder) => rm(folder, { recursive: true, force: true })));
    const folder = known.find((candidate) => isLibrary(candidate)) ?? (await fetchLibrary(official));
    await linkFolder(folder, libraryLink);
  },
  describe: async () => basename(await realpath(libraryLink)).replace(/^tensorflow-([^-]+)-.*/, 'TensorFlow $1'),
};

/** Whether a folder has the library and the header that tfjs-node's addon is compiled with. */
export function isLibrary(folder: string): boolean {
  return ['lib/libtensorflow.so', 'lib/libtensorflow_framework.so', 'include/tensorflow/c/c_api.h'].every((name) =>
    existsSync(join(folder, name)),
  );
}

/** The archive that tfjs-node's own installer would download, and the folder that it is unpacked to. */
interface Archive {
  url: string;
  folder: string;
}

async function fetchLibrary(official: Archive): Promise<string> {
  await requireSpace(cacheFolder(), 1200);
  let refusal: string;
  try {
    await fetchOfficial(official);
    return official.folder;
  } catch (error) {
    if (error instanceof SetupFailure) throw error;
    refusal = reasonOf(error);
    note(`TensorFlow's own host cannot be used (${refusal}); trying the Python package index …`);
  }
  if (process.arch !== 'x64') {
    throw new SetupFailure(
      `TensorFlow's library for ${process.arch} is missing, and only its own host has it`,
      `curl -IL ${official.url}`,
    );
  }
  try {
    await fetchFromIndex();
    return wheelFolder();
  } catch (error) {
    if (error instanceof SetupFailure) throw error;
    throw new SetupFailure(
      `TensorFlow's library is missing: its own host cannot be used (${refusal}), and pip cannot download ${wheel.name} (${reasonOf(error)})`,
      indexCommand,
    );
  }
}

async function fetchOfficial({ url, folder }: Archive): Promise<void> {
  const file = join(cacheFolder(), 'downloads', basename(url));
  await download(url, file, officialSums[basename(url)], `downloading ${basename(url)}`);
  await intoPlace(folder, async (scratch) => {
    const tar = await runProgram('tar', ['-xzf', file, '-C', scratch]);
    if (tar.code !== 0) throw new Error(lastLine(tar.stderr, 'tar could not unpack it'));
  });
  await rm(file, { force: true });
}

async function fetchFromIndex(): Promise<void> {
  const file = await fetchWheel(wheel, cacheFolder());
  note('unpacking …');
  await intoPlace(wheelFolder(), async (scratch) => {
    await unpackWheel(file, scratch, wheelParts);
    const lib = join(scratch, 'lib');
    await mkdir(lib);
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
      await rename(join(scratch, 'tensorflow', name), join(lib, name));
    }
    await symlink('libtensorflow_cc.so.2', join(lib, 'libtensorflow.so'));
    await symlink('libtensorflow_framework.so.2', join(lib, 'libtensorflow_framework.so'));
    await rename(join(scratch, 'tensorflow', 'include'), join(scratch, 'include'));
    await rm(join(scratch, 'tensorflow'), { recursive: true });
  });
  await rm(file, { force: true });
}

function wheelFolder(): string {
  return join(cacheFolder(), `tensorflow-${wheel.version}-${process.platform}-${process.arch}`);
}

/**
 * The address and version in tfjs-node's own installer. They are read from it, so that a newer tfjs-node gets its own
 * library.
 */
async function officialArchive(): Promise<Archive> {
  const scripts = modulePath('@tensorflow', 'tfjs-node', 'scripts');
  const [constants, install] = await Promise.all(
    ['deps-constants.js', 'install.js'].map((name) => readFile(join(scripts, name), 'utf8')),
  );
  const { url, version } = officialSource(constants!, install!, process.arch, process.env);
  return { url, folder: join(cacheFolder(), `tensorflow-${version}-${process.platform}-${process.arch}`) };
}

/**
 * @param constants the text of tfjs-node's scripts/deps-constants.js
 * @param install the text of its scripts/install.js
 * @param environment tfjs-node's own variables for a mirror are respected
 * @returns the address of the official archive for Linux, and its TensorFlow version
 */
export function officialSource(
  constants: string,
  install: string,
  arch: string,
  environment: Readonly<Record<string, string | undefined>>,
): { url: string; version: string } {
  const version = /LIBTENSORFLOW_VERSION = '([\d.]+)'/.exec(constants)?.[1];
  const host = environment['TFJS_NODE_CDN_STORAGE'] ?? /CDN_STORAGE \|\| '(https:[^']+)'/.exec(install)?.[1];
  const arm = /tf-builds\/libtensorflow_r(\d+)_(\d+)_linux_arm64\.tar\.gz/.exec(install);
  if (version === undefined || host === undefined) {
    throw new SetupFailure("tfjs-node's install scripts are not those that set-up knows", 'npm ci');
  }
  if (arch === 'arm64' && arm !== null) return { url: host + arm[0], version: `${arm[1]!}.${arm[2]!}` };
  const base = environment['TFJS_NODE_BASE_URI'] ?? `${host}tensorflow/libtensorflow/libtensorflow-`;
  return { url: `${base}cpu-linux-x86_64-${version}.tar.gz`, version };
}
