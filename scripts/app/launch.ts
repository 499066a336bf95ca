import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { electronPath } from '../setup/electron.ts';
import { SetupFailure } from '../setup/failure.ts';
import { root } from '../setup/places.ts';
import { runProgram } from '../setup/programs.ts';
import { isRoot } from '../setup/system.ts';
import { buildIfStale } from './build.ts';
import { hasDisplay } from './display.ts';
import { utf8Locale } from './locale.ts';
import { isNoise } from './noise.ts';
import { passThrough } from './pass-through.ts';

/** How the window is started. */
export interface Launch {
  /** Under a virtual display, because the user asked for it. */
  xvfb: boolean;
  folder: string | undefined;
  /** A sentence that the window shows for the folder. */
  note: string | undefined;
}

/**
 * Reads `[--xvfb] [--note TEXT] [DIR]`. A relative DIR is relative to the folder in which npm was called; npm itself
 * changes to the checkout.
 */
export function parseLaunch(args: readonly string[], calledFrom: string): Launch {
  const rest = [...args];
  const xvfb = rest.includes('--xvfb');
  const noteAt = rest.indexOf('--note');
  const note = noteAt < 0 ? undefined : rest.splice(noteAt, 2)[1];
  const folder = rest.find((value) => !value.startsWith('--'));
  return { xvfb, note, folder: folder === undefined ? undefined : resolve(calledFrom, folder) };
}

/** A sentence that explains why no window can be shown; undefined if one can. */
export function displayLack(launch: Launch, command: string, shown: boolean): string | undefined {
  if (shown || launch.xvfb) return undefined;
  return `There is no display here: run \`${command}\` to start the window on a virtual one.`;
}

/** Shows the window until it is closed. Set-up must be complete. */
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
    environment: utf8Locale(process.env),
    virtual,
    ...(process.platform === 'linux' ? { hides: (line: string) => isNoise(line, virtual) } : {}),
  });
}

/** Chromium's sandbox does not run as root, and needs user namespaces or a set-uid helper owned by root. */
async function sandboxWorks(electron: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  if (isRoot()) return false;
  const helper = await stat(join(dirname(electron), 'chrome-sandbox')).catch(() => undefined);
  if (helper?.uid === 0 && (helper.mode & 0o4000) !== 0) return true;
  const namespace = await runProgram('unshare', ['--user', '--map-root-user', 'true']);
  const works = namespace.code === 0 || namespace.code === 127;
  if (!works) process.stdout.write("This system does not allow user namespaces, so Chromium's own sandbox is off.\n");
  return works;
}
