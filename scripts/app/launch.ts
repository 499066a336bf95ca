import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { electronPath } from '../setup/electron.ts';
import { SetupFailure } from '../setup/failure.ts';
import { root } from '../setup/places.ts';
import { runProgram } from '../setup/programs.ts';
import { isRoot } from '../setup/system.ts';
import { buildIfStale } from './build.ts';
import { hasDisplay } from './display.ts';
import { isNoise } from './noise.ts';
import { passThrough } from './pass-through.ts';

/** What the window is started with. */
export interface Launch {
  /** Under a virtual display, because the user asked for it. */
  xvfb: boolean;
  folder: string | undefined;
  /** A sentence that the window shows with the folder. */
  note: string | undefined;
}

/**
 * Reads `[--xvfb] [--note TEXT] [DIR]`. A relative DIR is meant from where npm was called, not from the checkout that
 * npm goes to.
 */
export function parseLaunch(args: readonly string[], calledFrom: string): Launch {
  const rest = [...args];
  const xvfb = rest.includes('--xvfb');
  const noteAt = rest.indexOf('--note');
  const note = noteAt < 0 ? undefined : rest.splice(noteAt, 2)[1];
  const folder = rest.find((value) => !value.startsWith('--'));
  return { xvfb, note, folder: folder === undefined ? undefined : resolve(calledFrom, folder) };
}

/** The one sentence to say where no window can be shown, undefined where one can. */
export function displayLack(launch: Launch, command: string, shown: boolean): string | undefined {
  if (shown || launch.xvfb) return undefined;
  return `There is no display here to show a window on: run \`${command}\` to start it on a virtual one.`;
}

/** Shows the window, until it is closed. Everything must be set up. */
export async function launchApp(launch: Launch): Promise<number> {
  await buildIfStale();
  const electron = await electronPath();
  if (electron === undefined) throw new SetupFailure("Electron's binary is missing", 'npm run setup');
  const args = [
    ...((await sandboxWorks(electron)) ? [] : ['--no-sandbox']),
    root,
    ...(launch.note === undefined ? [] : ['--note', launch.note]),
    ...(launch.folder === undefined ? [] : [launch.folder]),
  ];
  const virtual = launch.xvfb && !hasDisplay();
  return passThrough(electron, args, {
    virtual,
    ...(process.platform === 'linux' ? { hides: (line: string) => isNoise(line, virtual) } : {}),
  });
}

/** Chromium's sandbox refuses root, and needs user namespaces or a helper that is owned by root and set-uid. */
async function sandboxWorks(electron: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  if (isRoot()) return false;
  const helper = await stat(join(dirname(electron), 'chrome-sandbox')).catch(() => undefined);
  if (helper?.uid === 0 && (helper.mode & 0o4000) !== 0) return true;
  const namespace = await runProgram('unshare', ['--user', '--map-root-user', 'true']);
  const works = namespace.code === 0 || namespace.code === 127;
  if (!works)
    process.stdout.write("This system gives programs no user namespaces, so Chromium's own sandbox is off.\n");
  return works;
}
